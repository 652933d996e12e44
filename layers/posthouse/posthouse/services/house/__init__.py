"""The house: its numbers, and what is out of order."""
