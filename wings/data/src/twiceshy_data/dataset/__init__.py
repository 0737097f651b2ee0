"""Make data to learn from out of what was recorded: splits, pairs, figures on it. Pure: records in, records out."""
