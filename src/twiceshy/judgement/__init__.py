"""What became of the work: outcomes, corrections, links to commits, workflow, effects, what a session left."""
