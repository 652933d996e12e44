"""Inputs, views and settings of messaging."""
