"""twiceshy: learn from what coding agents did, and give it back at the moment it counts."""

VERSION = "0.1.0"
"""The only place where the version stands; ``make release`` sets it. Asking the installed metadata costs 20 ms."""
