"""Inputs, views and settings of bookings."""
