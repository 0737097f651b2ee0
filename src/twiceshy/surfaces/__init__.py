"""The names by which hooks of older versions start us, until `init` runs again."""
