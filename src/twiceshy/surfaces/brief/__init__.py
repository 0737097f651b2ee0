"""The brief, by its older name."""
