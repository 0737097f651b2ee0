"""Benchmarks: each target beside its baseline in one run. ``python -m benchmarks`` lists them."""
