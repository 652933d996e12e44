"""Rows, conditional writes and transactions: the only place that names a table attribute."""
