"""Intervals, tests and pooled rates; each names the paper that it follows."""
