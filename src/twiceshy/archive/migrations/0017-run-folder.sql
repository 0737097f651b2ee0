-- In which folder a run was, so that feedback finds the newest one of a folder. performance_metrics has two more names:
-- cpu_cores_peak (cores busy at once, on average over a second or more) and io_wait_s (waiting for disks, where the
-- kernel counts that); executions.exit_reason two more words: left (it goes on) and interrupted (a person's Ctrl-C).

ALTER TABLE executions ADD COLUMN folder_hash BLOB; -- 16 salted bytes, equal for the same folder; NULL: recorded before
CREATE INDEX executions_folder ON executions (folder_hash, timestamp);
