-- Made by `python -m wings.team.tests.store.make_tables` from `privacy.wire.row_kinds` and `twiceshy_team.store.daily_sums`.

CREATE TABLE execution ( -- One row for each execution; rows never change.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  team_hash bytea,
  project_hash bytea,
  team_epoch text,
  exit_code bigint NOT NULL,
  exit_reason text NOT NULL,
  total_runtime double precision NOT NULL,
  child_status bigint,
  idle_periods_count bigint,
  match_count bigint,
  total_lines_processed bigint,
  bytes_processed bigint,
  time_to_first_output double precision,
  time_to_first_match double precision,
  time_from_match_to_exit double precision,
  longest_idle_period double precision,
  overall_timeout double precision,
  idle_timeout double precision,
  first_output_timeout double precision,
  delay_exit double precision,
  pattern_hash bytea,
  pattern_type text,
  match_mode text,
  project_type text,
  command_category text,
  platform text,
  client text,
  command_head text,
  command text,
  pattern text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX execution_by_0 ON execution (team_id, team_hash, at);

CREATE INDEX execution_by_1 ON execution (team_id, pattern_hash);

CREATE INDEX execution_by_2 ON execution (team_id, member, at);

CREATE INDEX execution_to_all ON execution (team_id, at) WHERE command IS NOT NULL;

ALTER TABLE execution ENABLE ROW LEVEL SECURITY;
ALTER TABLE execution FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON execution USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE ON execution TO twiceshy_app;

CREATE TABLE match_event ( -- One row for each match event; rows never change.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  execution bytea NOT NULL,
  match_number bigint,
  line_number bigint,
  timestamp_offset double precision,
  stream_source text,
  kind text,
  pattern_hash bytea,
  line_content text,
  matched_substring text,
  context_before text,
  context_after text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX match_event_by_0 ON match_event (team_id, execution);

ALTER TABLE match_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE match_event FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON match_event USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE ON match_event TO twiceshy_app;

CREATE TABLE output_sample ( -- One row for each output sample; rows never change.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  execution bytea NOT NULL,
  sample_type text,
  stream_source text,
  timestamp_offset double precision,
  confidence double precision,
  is_error boolean,
  content text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX output_sample_by_0 ON output_sample (team_id, execution);

ALTER TABLE output_sample ENABLE ROW LEVEL SECURITY;
ALTER TABLE output_sample FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON output_sample USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE ON output_sample TO twiceshy_app;

CREATE TABLE feedback ( -- One row for each feedback; the newest revision counts.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  rev bigint NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  execution bytea NOT NULL,
  rating bigint,
  false_positive boolean,
  should_have_exited boolean,
  delay_should_be_s double precision,
  comment text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX feedback_by_0 ON feedback (team_id, execution);

ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON feedback USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE, UPDATE ON feedback TO twiceshy_app;

CREATE TABLE session ( -- One row for each session; the newest revision counts.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  rev bigint NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  team_hash bytea,
  project_hash bytea,
  team_epoch text,
  agent text NOT NULL,
  model text NOT NULL,
  session_hash bytea,
  person bytea,
  source text,
  started_at timestamptz,
  seconds double precision,
  cost_usd double precision,
  prompts bigint,
  calls bigint,
  failed_calls bigint,
  edits bigint,
  files bigint,
  corrections bigint,
  interruptions bigint,
  commits bigint,
  tokens_in bigint,
  tokens_out bigint,
  tokens_cached bigint,
  tools jsonb,
  failed_tools jsonb,
  outcomes jsonb,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX session_by_0 ON session (team_id, day);

CREATE INDEX session_by_1 ON session (team_id, member, at);

ALTER TABLE session ENABLE ROW LEVEL SECURITY;
ALTER TABLE session FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON session USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE, UPDATE ON session TO twiceshy_app;

CREATE TABLE lesson ( -- One row for each lesson; the newest revision counts.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  rev bigint NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  lesson_hash bytea NOT NULL,
  team_epoch text NOT NULL,
  kind text,
  state text,
  review text,
  category text,
  subject text,
  seen bigint,
  sessions bigint,
  helped bigint,
  hurt bigint,
  confidence double precision,
  first_at timestamptz,
  last_at timestamptz,
  text text,
  trigger text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX lesson_by_0 ON lesson (team_id, lesson_hash);

ALTER TABLE lesson ENABLE ROW LEVEL SECURITY;
ALTER TABLE lesson FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON lesson USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE, UPDATE ON lesson TO twiceshy_app;

CREATE TABLE trial ( -- One row for each trial; the newest revision counts.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  rev bigint NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  rule_hash bytea NOT NULL,
  rule_kind text NOT NULL,
  arm text NOT NULL,
  outcome text NOT NULL,
  bad bigint NOT NULL,
  n bigint NOT NULL,
  sessions bigint NOT NULL,
  weight double precision,
  weight_squared double precision,
  weighted_bad double precision,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX trial_by_0 ON trial (team_id, rule_hash);

ALTER TABLE trial ENABLE ROW LEVEL SECURITY;
ALTER TABLE trial FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON trial USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE, UPDATE ON trial TO twiceshy_app;

CREATE TABLE effect ( -- One row for each effect; the newest revision counts.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  rev bigint NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  habit text NOT NULL,
  outcome text NOT NULL,
  stratum bytea,
  n_with bigint NOT NULL,
  bad_with bigint NOT NULL,
  n_without bigint NOT NULL,
  bad_without bigint NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX effect_by_0 ON effect (team_id, habit);

ALTER TABLE effect ENABLE ROW LEVEL SECURITY;
ALTER TABLE effect FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON effect USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE, UPDATE ON effect TO twiceshy_app;

CREATE TABLE fact ( -- One row for each fact; the newest revision counts.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  rev bigint NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  project_hash bytea NOT NULL,
  team_epoch text NOT NULL,
  fact_hash bytea NOT NULL,
  kind text NOT NULL,
  worked bigint NOT NULL,
  n bigint NOT NULL,
  sessions bigint,
  last_at timestamptz,
  says text,
  command text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX fact_by_0 ON fact (team_id, fact_hash);

ALTER TABLE fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE fact FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON fact USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE, UPDATE ON fact TO twiceshy_app;

CREATE TABLE event ( -- One row for each event; rows never change.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  session_hash bytea,
  call_hash bytea,
  person bytea,
  sequence bigint,
  status bigint,
  attempt bigint,
  agent text NOT NULL,
  name text NOT NULL,
  tool text,
  model text,
  error_type text,
  decision text,
  decision_source text,
  success boolean,
  duration_ms double precision,
  cost_usd double precision,
  tokens_in bigint,
  tokens_out bigint,
  tokens_cached bigint,
  size bigint,
  commit_id text,
  body text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX event_by_0 ON event (team_id, call_hash);

CREATE INDEX event_by_1 ON event (team_id, session_hash);

ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON event USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE ON event TO twiceshy_app;

CREATE TABLE metric ( -- One row for each metric; the newest revision counts.
  team_id uuid NOT NULL,
  member bytea NOT NULL,
  id bytea NOT NULL,
  rev bigint NOT NULL,
  at timestamptz NOT NULL,
  day date NOT NULL,
  session_hash bytea,
  person bytea,
  agent text NOT NULL,
  name text NOT NULL,
  part text,
  tool text,
  model text,
  decision text,
  since timestamptz,
  cumulative boolean NOT NULL,
  value double precision NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, id)
);

CREATE INDEX metric_by_0 ON metric (team_id, session_hash);

ALTER TABLE metric ENABLE ROW LEVEL SECURITY;
ALTER TABLE metric FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON metric USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, DELETE, UPDATE ON metric TO twiceshy_app;

CREATE TABLE event_day ( -- Sums of the table event.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  agent text NOT NULL,
  model text NOT NULL,
  events bigint NOT NULL,
  failures bigint NOT NULL,
  cost_usd double precision NOT NULL,
  tokens_in double precision NOT NULL,
  tokens_out double precision NOT NULL,
  tokens_cached double precision NOT NULL,
  PRIMARY KEY (team_id, day, member, agent, model)
);

ALTER TABLE event_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON event_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON event_day TO twiceshy_app;

CREATE TABLE name_day ( -- Sums of the table event.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  agent text NOT NULL,
  name text NOT NULL,
  events bigint NOT NULL,
  PRIMARY KEY (team_id, day, member, agent, name)
);

ALTER TABLE name_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE name_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON name_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON name_day TO twiceshy_app;

CREATE TABLE tool_day ( -- Sums of the table event.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  tool text NOT NULL,
  calls bigint NOT NULL,
  failures bigint NOT NULL,
  timed bigint NOT NULL,
  duration_ms double precision NOT NULL,
  PRIMARY KEY (team_id, day, member, tool)
);

ALTER TABLE tool_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE tool_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON tool_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON tool_day TO twiceshy_app;

CREATE TABLE failure_day ( -- Sums of the table event.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  tool text NOT NULL,
  error_type text NOT NULL,
  failures bigint NOT NULL,
  PRIMARY KEY (team_id, day, member, tool, error_type)
);

ALTER TABLE failure_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE failure_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON failure_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON failure_day TO twiceshy_app;

CREATE TABLE run_day ( -- Sums of the table execution.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  exit_reason text NOT NULL,
  command_category text NOT NULL,
  project_type text NOT NULL,
  client text NOT NULL,
  runs bigint NOT NULL,
  failures bigint NOT NULL,
  seconds double precision NOT NULL,
  PRIMARY KEY (team_id, day, member, exit_reason, command_category, project_type, client)
);

ALTER TABLE run_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON run_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON run_day TO twiceshy_app;

CREATE TABLE command_day ( -- Sums of the table execution.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  team_hash bytea NOT NULL,
  team_epoch text NOT NULL,
  runs bigint NOT NULL,
  failures bigint NOT NULL,
  seconds double precision NOT NULL,
  PRIMARY KEY (team_id, day, member, team_hash, team_epoch)
);

ALTER TABLE command_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE command_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON command_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON command_day TO twiceshy_app;

CREATE TABLE pattern_day ( -- Sums of the table execution.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  pattern_hash bytea NOT NULL,
  pattern_type text NOT NULL,
  runs bigint NOT NULL,
  failures bigint NOT NULL,
  seconds double precision NOT NULL,
  matched bigint NOT NULL,
  match_count double precision NOT NULL,
  PRIMARY KEY (team_id, day, member, pattern_hash, pattern_type)
);

ALTER TABLE pattern_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE pattern_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON pattern_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON pattern_day TO twiceshy_app;

CREATE TABLE intake_day ( -- Rows and revisions by the day on which they came, and how late that was.
  team_id uuid NOT NULL,
  day date NOT NULL,
  member bytea NOT NULL,
  kind text NOT NULL,
  rows bigint NOT NULL,
  in_minute bigint NOT NULL,
  in_hour bigint NOT NULL,
  in_day bigint NOT NULL,
  later bigint NOT NULL,
  ahead bigint NOT NULL,
  PRIMARY KEY (team_id, day, member, kind)
);

ALTER TABLE intake_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON intake_day USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON intake_day TO twiceshy_app;
