"""Benchmarks: the product beside its floor in the same interleaved run. `make bench`."""
