"""Score recorded edits and changes of a work tree."""
