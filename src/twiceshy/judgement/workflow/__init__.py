"""Workflow: was the declared way of working followed, and is each of its steps worth having."""
