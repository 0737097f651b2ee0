"""What a model's tokens cost: a dated list, one name for each model, a session's cost between two times."""
