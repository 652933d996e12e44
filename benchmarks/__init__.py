"""Measures what Posthouse costs: `make bench` prints the tables and writes docs/benchmarks.md."""
