"""The verbs of the git wing, a module each."""
