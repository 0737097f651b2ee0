"""Rows for others: exports, data sets, adapters, contributions."""
