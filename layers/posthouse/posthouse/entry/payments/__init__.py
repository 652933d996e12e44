"""Inputs, views and settings that only functions of payments use."""
