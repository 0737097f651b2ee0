"""The verbs of the fleet wing, a module each."""
