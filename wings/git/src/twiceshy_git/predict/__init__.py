"""File ranking: from a task's words and a repository's past to the files that the task will touch."""
