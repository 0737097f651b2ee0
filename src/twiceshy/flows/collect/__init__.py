"""Read logs, hooks' notes, commits and other tools' reports into the store."""
