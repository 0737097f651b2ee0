"""Run a command exactly: bytes, statuses and signals unchanged; leave early; leave nothing behind."""
