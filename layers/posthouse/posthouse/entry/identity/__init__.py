"""Inputs, views and settings of identity."""
