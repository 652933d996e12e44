"""Reports: counted from bookings and nights, read by staff, and rebuilt by an operator."""
