-- Runs of commands under `twiceshy run`, scrubbed. Kept for telemetry.retention_days; `run_history` has what stays.

CREATE TABLE executions ( -- One run. At the level `anonymous` a command is its head and shape, a path is generic.
  execution_id BLOB PRIMARY KEY, -- 16 random bytes
  timestamp TEXT NOT NULL, -- start, UTC
  command TEXT NOT NULL,
  command_hash BLOB NOT NULL, -- 16 salted bytes, equal for the same words anywhere
  place_hash BLOB NOT NULL, -- 16 salted bytes, equal for the same words in the same folder
  working_directory TEXT NOT NULL,
  environment_vars TEXT NOT NULL, -- JSON, of a literal list of names
  pattern TEXT NOT NULL, -- the patterns of --match and the like, newline between; empty: none
  pattern_type TEXT NOT NULL, -- 're2' or 'perl_regex'
  case_insensitive INTEGER NOT NULL,
  invert_match INTEGER NOT NULL,
  max_count INTEGER NOT NULL,
  match_mode TEXT NOT NULL, -- 'stdout', 'stderr', 'both' or 'fdN'
  fd_patterns TEXT NOT NULL, -- JSON: {"fd3": pattern}
  overall_timeout REAL, -- seconds, as all times here; NULL: no limit
  idle_timeout REAL,
  first_output_timeout REAL,
  delay_exit REAL,
  exit_code INTEGER NOT NULL, -- of the run
  child_status INTEGER, -- of the command, as a shell reports it
  exit_reason TEXT NOT NULL, -- see records.runs.Outcome
  total_runtime REAL NOT NULL, -- without the time that it was stopped
  time_to_first_output REAL,
  time_to_first_match REAL,
  time_from_match_to_exit REAL,
  idle_periods_count INTEGER NOT NULL, -- silences of a second or more
  longest_idle_period REAL NOT NULL,
  silence_quantiles TEXT NOT NULL, -- JSON: {"0.5": s, "0.9": s, "0.99": s} of the time between outputs, to a factor of 2
  match_count INTEGER NOT NULL,
  match_line_numbers TEXT NOT NULL, -- JSON
  false_positive_flag INTEGER NOT NULL DEFAULT 0, -- by feedback
  total_lines_processed INTEGER NOT NULL,
  stdout_lines INTEGER NOT NULL,
  stderr_lines INTEGER NOT NULL,
  bytes_processed INTEGER NOT NULL,
  output_rate REAL, -- lines a second
  error_density REAL, -- of the lines kept in memory at the end, the share that looks like an error
  user_rating INTEGER, -- 1-5
  user_feedback TEXT,
  should_have_exited INTEGER,
  optimal_delay_suggestion REAL,
  project_type TEXT NOT NULL,
  command_category TEXT NOT NULL,
  anonymized INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX executions_command ON executions (command_hash);
CREATE INDEX executions_timestamp ON executions (timestamp);
CREATE INDEX executions_reason ON executions (exit_reason);
CREATE INDEX executions_project_type ON executions (project_type);

CREATE TABLE match_events ( -- One line that a pattern hit; at most 100 a run.
  event_id INTEGER PRIMARY KEY,
  execution_id BLOB NOT NULL REFERENCES executions ON DELETE CASCADE,
  match_number INTEGER NOT NULL, -- from 1
  timestamp_offset REAL NOT NULL, -- from the start
  stream_source TEXT NOT NULL,
  line_number INTEGER NOT NULL,
  line_content TEXT NOT NULL,
  matched_substring TEXT NOT NULL,
  match_position_start INTEGER NOT NULL, -- bytes in the line as it was, before redaction
  match_position_end INTEGER NOT NULL,
  context_before TEXT NOT NULL,
  context_after TEXT NOT NULL,
  kind TEXT NOT NULL, -- what the pattern is for: match, failure, success ...
  pattern TEXT NOT NULL
) STRICT;
CREATE INDEX match_events_execution ON match_events (execution_id);

CREATE TABLE output_samples ( -- Pieces of output with what they turned out to be.
  sample_id INTEGER PRIMARY KEY,
  execution_id BLOB NOT NULL REFERENCES executions ON DELETE CASCADE,
  sample_type TEXT NOT NULL, -- 'match_context', 'false_positive_candidate' or 'missed_error'
  stream_source TEXT NOT NULL,
  timestamp_offset REAL NOT NULL,
  content TEXT NOT NULL,
  content_hash BLOB NOT NULL, -- 8 bytes of the scrubbed content
  is_error INTEGER NOT NULL, -- by the command's status
  confidence REAL NOT NULL -- low where we ended the command, so that its status says little
) STRICT;
CREATE INDEX output_samples_execution ON output_samples (execution_id);

CREATE TABLE performance_metrics ( -- Of the command and all it started, at most once a second; the kernel's sums at the end.
  metric_id INTEGER PRIMARY KEY,
  execution_id BLOB NOT NULL REFERENCES executions ON DELETE CASCADE,
  metric_name TEXT NOT NULL, -- cpu_user_s, cpu_system_s, memory_mb_peak, memory_mb, cpu_s
  metric_value REAL NOT NULL,
  timestamp_offset REAL NOT NULL
) STRICT;
CREATE INDEX performance_metrics_execution ON performance_metrics (execution_id);

CREATE TABLE pattern_effectiveness ( -- Sums over all runs with a pattern; they stay when the runs go.
  pattern_hash BLOB PRIMARY KEY, -- 16 salted bytes
  pattern TEXT NOT NULL,
  total_uses INTEGER NOT NULL DEFAULT 0,
  matched_uses INTEGER NOT NULL DEFAULT 0,
  successful_exits INTEGER NOT NULL DEFAULT 0, -- it ended the run, or the command failed after the match
  false_positives INTEGER NOT NULL DEFAULT 0, -- it matched and the command succeeded, or feedback said so
  missed_errors INTEGER NOT NULL DEFAULT 0, -- the command failed and it did not match
  avg_time_to_match REAL,
  avg_total_runtime REAL,
  rated_uses INTEGER NOT NULL DEFAULT 0,
  user_rating_avg REAL,
  effectiveness_score REAL, -- lower 95 % bound of precision, times that of recall
  last_updated TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run_history ( -- What limits are learned from: numbers and salted hashes. From runs, and from agents' logs.
  uid BLOB PRIMARY KEY, -- executions.execution_id or call.uid
  origin TEXT NOT NULL, -- 'run' or 'log'
  at TEXT NOT NULL,
  command_hash BLOB NOT NULL,
  place_hash BLOB, -- NULL from a log
  runtime_s REAL NOT NULL,
  runtime_cut INTEGER NOT NULL, -- 1: it was ended, and would have taken longer
  silence_s REAL, -- the longest; NULL from a log
  silence_cut INTEGER NOT NULL DEFAULT 0,
  first_output_s REAL,
  first_output_cut INTEGER NOT NULL DEFAULT 0,
  lines INTEGER,
  failed INTEGER NOT NULL,
  error_key BLOB -- of a failed run's last error line, 8 bytes by facts.fingerprint
) STRICT, WITHOUT ROWID;
CREATE INDEX run_history_command ON run_history (command_hash, at);
CREATE INDEX run_history_place ON run_history (place_hash, at);

CREATE TABLE learned_limit ( -- Made of run_history after each run, so that `auto` is one look-up.
  key BLOB NOT NULL, -- command_hash or place_hash
  kind TEXT NOT NULL, -- 'timeout_s', 'idle_timeout_s', 'first_output_timeout_s' or 'delay_exit_s'
  value_s REAL NOT NULL,
  reason TEXT NOT NULL, -- the evidence, in words
  PRIMARY KEY (key, kind)
) STRICT, WITHOUT ROWID;
