"""What is worth saying of each project: where, why, how often, what it costs, what to do."""
