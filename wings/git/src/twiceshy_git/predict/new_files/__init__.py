"""Where new files will go: which tasks make some, in which folder, under what form of name."""
