"""Inputs, views and settings that only functions of messaging use."""
