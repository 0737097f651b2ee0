"""Run a command under watch, record it, and learn its limits and patterns."""
