"""What helps, as lines and settings: which to propose, how they go into a file and out again, and did they help."""
