"""Inputs, views and settings that only functions of catalogue use."""
