"""The verbs of the data wing, a module each."""
