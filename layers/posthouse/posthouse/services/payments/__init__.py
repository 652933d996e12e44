"""Payments, refunds, reconciliation, and what every kind of order does with money that came in."""
