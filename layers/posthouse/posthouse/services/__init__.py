"""Steps that two callers share, or that touch money, stock or state."""
