"""Claude Code's session logs. The format, as found in real files, is described in ``claude_code.md``."""
