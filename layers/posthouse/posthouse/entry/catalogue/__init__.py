"""Inputs, views and settings of catalogue."""
