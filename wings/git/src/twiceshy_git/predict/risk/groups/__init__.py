"""The groups of columns: one module a group."""
