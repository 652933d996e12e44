"""Inputs, views and settings of flash_sales."""
