"""The team's board: what a member sees with a browser."""
