"""What the promise costs, measured: ``make bench`` prints it and writes docs/benchmarks.md."""
