"""What several people's rows show: the rows as evidence, and what was made of them as members get it."""
