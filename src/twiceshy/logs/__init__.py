"""Readers of what agents and git left on this machine; nothing of it is ever changed."""
