"""Inputs, views and settings that only functions of identity use."""
