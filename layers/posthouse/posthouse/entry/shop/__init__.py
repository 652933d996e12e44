"""Inputs, views and settings that only functions of shop use."""
