"""What git's history and a working folder tell about lines and paths."""
