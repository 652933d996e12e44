"""Inputs, views and settings that only functions of checkout use."""
