"""Codex CLI's rollouts. The format, as found in real files, is described in ``codex.md``."""
