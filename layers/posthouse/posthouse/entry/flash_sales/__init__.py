"""Inputs, views and settings that only functions of flash_sales use."""
