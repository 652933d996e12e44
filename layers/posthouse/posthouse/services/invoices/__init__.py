"""Invoices: guests ask for them, staff note their numbers, and what goes back later is kept beside them."""
