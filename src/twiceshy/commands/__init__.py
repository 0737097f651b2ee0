"""What a command line does, and what a tool's output says."""
