-- Made by `python -m wings.team.tests.store.make_tables` from `privacy.wire.row_kinds` and `twiceshy_team.store.daily_sums`.

CREATE TABLE execution ( -- One row for each execution; rows never change.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  team_hash BLOB,
  project_hash BLOB,
  team_epoch TEXT,
  exit_code INTEGER NOT NULL,
  exit_reason TEXT NOT NULL,
  total_runtime REAL NOT NULL,
  child_status INTEGER,
  idle_periods_count INTEGER,
  match_count INTEGER,
  total_lines_processed INTEGER,
  bytes_processed INTEGER,
  time_to_first_output REAL,
  time_to_first_match REAL,
  time_from_match_to_exit REAL,
  longest_idle_period REAL,
  overall_timeout REAL,
  idle_timeout REAL,
  first_output_timeout REAL,
  delay_exit REAL,
  pattern_hash BLOB,
  pattern_type TEXT,
  match_mode TEXT,
  project_type TEXT,
  command_category TEXT,
  platform TEXT,
  client TEXT,
  command_head TEXT,
  command TEXT,
  pattern TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX execution_by_0 ON execution (team_id, team_hash, at);

CREATE INDEX execution_by_1 ON execution (team_id, pattern_hash);

CREATE INDEX execution_by_2 ON execution (team_id, member, at);

CREATE INDEX execution_to_all ON execution (team_id, at) WHERE command IS NOT NULL;

CREATE TABLE match_event ( -- One row for each match event; rows never change.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  execution BLOB NOT NULL,
  match_number INTEGER,
  line_number INTEGER,
  timestamp_offset REAL,
  stream_source TEXT,
  kind TEXT,
  pattern_hash BLOB,
  line_content TEXT,
  matched_substring TEXT,
  context_before TEXT,
  context_after TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX match_event_by_0 ON match_event (team_id, execution);

CREATE TABLE output_sample ( -- One row for each output sample; rows never change.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  execution BLOB NOT NULL,
  sample_type TEXT,
  stream_source TEXT,
  timestamp_offset REAL,
  confidence REAL,
  is_error INTEGER,
  content TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX output_sample_by_0 ON output_sample (team_id, execution);

CREATE TABLE feedback ( -- One row for each feedback; the newest revision counts.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  rev INTEGER NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  execution BLOB NOT NULL,
  rating INTEGER,
  false_positive INTEGER,
  should_have_exited INTEGER,
  delay_should_be_s REAL,
  comment TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX feedback_by_0 ON feedback (team_id, execution);

CREATE TABLE session ( -- One row for each session; the newest revision counts.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  rev INTEGER NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  team_hash BLOB,
  project_hash BLOB,
  team_epoch TEXT,
  agent TEXT NOT NULL,
  model TEXT NOT NULL,
  session_hash BLOB,
  person BLOB,
  source TEXT,
  started_at TEXT,
  seconds REAL,
  cost_usd REAL,
  prompts INTEGER,
  calls INTEGER,
  failed_calls INTEGER,
  edits INTEGER,
  files INTEGER,
  corrections INTEGER,
  interruptions INTEGER,
  commits INTEGER,
  tokens_in INTEGER,
  tokens_out INTEGER,
  tokens_cached INTEGER,
  tools TEXT,
  failed_tools TEXT,
  outcomes TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_0 ON session (team_id, day);

CREATE INDEX session_by_1 ON session (team_id, member, at);

CREATE TABLE lesson ( -- One row for each lesson; the newest revision counts.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  rev INTEGER NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  lesson_hash BLOB NOT NULL,
  team_epoch TEXT NOT NULL,
  kind TEXT,
  state TEXT,
  review TEXT,
  category TEXT,
  subject TEXT,
  seen INTEGER,
  sessions INTEGER,
  helped INTEGER,
  hurt INTEGER,
  confidence REAL,
  first_at TEXT,
  last_at TEXT,
  text TEXT,
  trigger TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX lesson_by_0 ON lesson (team_id, lesson_hash);

CREATE TABLE trial ( -- One row for each trial; the newest revision counts.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  rev INTEGER NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  rule_hash BLOB NOT NULL,
  rule_kind TEXT NOT NULL,
  arm TEXT NOT NULL,
  outcome TEXT NOT NULL,
  bad INTEGER NOT NULL,
  n INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  weight REAL,
  weight_squared REAL,
  weighted_bad REAL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX trial_by_0 ON trial (team_id, rule_hash);

CREATE TABLE effect ( -- One row for each effect; the newest revision counts.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  rev INTEGER NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  habit TEXT NOT NULL,
  outcome TEXT NOT NULL,
  stratum BLOB,
  n_with INTEGER NOT NULL,
  bad_with INTEGER NOT NULL,
  n_without INTEGER NOT NULL,
  bad_without INTEGER NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX effect_by_0 ON effect (team_id, habit);

CREATE TABLE fact ( -- One row for each fact; the newest revision counts.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  rev INTEGER NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  project_hash BLOB NOT NULL,
  team_epoch TEXT NOT NULL,
  fact_hash BLOB NOT NULL,
  kind TEXT NOT NULL,
  worked INTEGER NOT NULL,
  n INTEGER NOT NULL,
  sessions INTEGER,
  last_at TEXT,
  says TEXT,
  command TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX fact_by_0 ON fact (team_id, fact_hash);

CREATE TABLE event ( -- One row for each event; rows never change.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  session_hash BLOB,
  call_hash BLOB,
  person BLOB,
  sequence INTEGER,
  status INTEGER,
  attempt INTEGER,
  agent TEXT NOT NULL,
  name TEXT NOT NULL,
  tool TEXT,
  model TEXT,
  error_type TEXT,
  decision TEXT,
  decision_source TEXT,
  success INTEGER,
  duration_ms REAL,
  cost_usd REAL,
  tokens_in INTEGER,
  tokens_out INTEGER,
  tokens_cached INTEGER,
  size INTEGER,
  commit_id TEXT,
  body TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_by_0 ON event (team_id, call_hash);

CREATE INDEX event_by_1 ON event (team_id, session_hash);

CREATE TABLE metric ( -- One row for each metric; the newest revision counts.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL,
  id BLOB NOT NULL,
  rev INTEGER NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  session_hash BLOB,
  person BLOB,
  agent TEXT NOT NULL,
  name TEXT NOT NULL,
  part TEXT,
  tool TEXT,
  model TEXT,
  decision TEXT,
  since TEXT,
  cumulative INTEGER NOT NULL,
  value REAL NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (team_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX metric_by_0 ON metric (team_id, session_hash);

CREATE TABLE event_day ( -- Sums of the table event.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  agent TEXT NOT NULL,
  model TEXT NOT NULL,
  events INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  tokens_in REAL NOT NULL,
  tokens_out REAL NOT NULL,
  tokens_cached REAL NOT NULL,
  PRIMARY KEY (team_id, day, member, agent, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE name_day ( -- Sums of the table event.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  agent TEXT NOT NULL,
  name TEXT NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (team_id, day, member, agent, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tool_day ( -- Sums of the table event.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  tool TEXT NOT NULL,
  calls INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  timed INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  PRIMARY KEY (team_id, day, member, tool)
) STRICT, WITHOUT ROWID;

CREATE TABLE failure_day ( -- Sums of the table event.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  tool TEXT NOT NULL,
  error_type TEXT NOT NULL,
  failures INTEGER NOT NULL,
  PRIMARY KEY (team_id, day, member, tool, error_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_day ( -- Sums of the table execution.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  exit_reason TEXT NOT NULL,
  command_category TEXT NOT NULL,
  project_type TEXT NOT NULL,
  client TEXT NOT NULL,
  runs INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (team_id, day, member, exit_reason, command_category, project_type, client)
) STRICT, WITHOUT ROWID;

CREATE TABLE command_day ( -- Sums of the table execution.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  team_hash BLOB NOT NULL,
  team_epoch TEXT NOT NULL,
  runs INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (team_id, day, member, team_hash, team_epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE pattern_day ( -- Sums of the table execution.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  pattern_hash BLOB NOT NULL,
  pattern_type TEXT NOT NULL,
  runs INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  seconds REAL NOT NULL,
  matched INTEGER NOT NULL,
  match_count REAL NOT NULL,
  PRIMARY KEY (team_id, day, member, pattern_hash, pattern_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE intake_day ( -- Rows and revisions by the day on which they came, and how late that was.
  team_id TEXT NOT NULL,
  day TEXT NOT NULL,
  member BLOB NOT NULL,
  kind TEXT NOT NULL,
  rows INTEGER NOT NULL,
  in_minute INTEGER NOT NULL,
  in_hour INTEGER NOT NULL,
  in_day INTEGER NOT NULL,
  later INTEGER NOT NULL,
  ahead INTEGER NOT NULL,
  PRIMARY KEY (team_id, day, member, kind)
) STRICT, WITHOUT ROWID;
