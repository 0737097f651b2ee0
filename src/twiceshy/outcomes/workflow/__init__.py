"""Workflow: was the declared way of working kept, and is each of its steps worth keeping."""
