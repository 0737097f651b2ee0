-- Whether a command could hold its output back. Silence is another thing where it could, so limits on silence are
-- learned from runs of one kind; in learned_limit they are named 'idle_timeout_s' for 'environment', else with the kind
-- behind it, as in 'idle_timeout_s:pty'.

ALTER TABLE executions ADD COLUMN unbuffered TEXT NOT NULL DEFAULT 'none'; -- 'none', 'environment' (its environment asked for lines at once) or 'pty'
ALTER TABLE run_history ADD COLUMN unbuffered TEXT NOT NULL DEFAULT 'none'; -- as in executions; 'none' from a log
