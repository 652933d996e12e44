"""Inputs, views and settings of shop."""
