"""The verbs of the team wing, a module each."""
