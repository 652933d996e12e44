"""Inputs, views and settings of payments."""
