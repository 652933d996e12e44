"""Inputs, views and settings that only functions of notifications use."""
