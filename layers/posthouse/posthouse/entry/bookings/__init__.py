"""Inputs, views and settings that only functions of bookings use."""
