"""Inputs, views and settings of notifications."""
