"""twiceshy: learn from what coding agents did, and give it back at the moment it counts."""
