"""twiceshy: learn from what coding agents did, and give it back at the moment it counts."""

VERSION = "0.1.0"
"""As in ``pyproject.toml`` (a test compares them): asking the installed metadata would cost every start-up 20 ms."""
