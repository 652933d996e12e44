"""Tables, conditional writes and transactions: the only place that knows the attributes of tables."""
