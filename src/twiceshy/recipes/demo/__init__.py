"""The sample project and the invented sessions of the lesson demo: data, and one writer of Claude Code's log form."""
