"""The hook of git's messages, by its older name."""
