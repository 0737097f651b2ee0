"""OpenCode's sessions: its storage, its database and its exports. The format is described in ``opencode.md``."""
