"""Learn everything that is due, step by step, within a budget."""
