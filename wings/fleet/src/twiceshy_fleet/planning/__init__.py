"""How many people's histories are cut into shards, what changed since the last run, and what a run would cost."""
