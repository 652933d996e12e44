"""What Posthouse costs, measured: `make bench` prints the tables and writes docs/benchmarks.md."""
