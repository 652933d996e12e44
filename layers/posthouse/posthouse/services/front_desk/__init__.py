"""Bookings: made, cancelled, paid, checked in and out, refunded."""
