"""One leaf a scanner."""
