"""What a repository's history tells: memory, authorship, risk, files of a task, messages."""
