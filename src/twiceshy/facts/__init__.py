"""Pure functions that several capabilities need."""
