"""Find secrets in a text, and check what was found."""
