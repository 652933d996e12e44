"""Inputs, views and settings of checkout."""
