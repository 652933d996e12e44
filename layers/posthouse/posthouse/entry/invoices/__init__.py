"""Inputs and views of invoices."""
