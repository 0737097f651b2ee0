"""What became of the work: behaviour, workflow, results and their correlation."""
