"""Every SELECT a named function that returns records."""
