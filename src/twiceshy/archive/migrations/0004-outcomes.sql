-- What became of the sessions' work. Each row is computed from the archive and can be computed again.

CREATE TABLE session_executions ( -- One session, judged. NULL: nothing in the log or in the commits proves it either way.
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL UNIQUE REFERENCES session ON DELETE CASCADE,
  task_description TEXT, -- the beginning of the first prompt that led to work, scrubbed
  workflow_compliant INTEGER, -- 1: every mandatory step was kept; NULL where no workflow is declared
  compliance_score REAL, -- 0-1, see records.workflow; NULL where none is declared
  risk_score REAL, -- 0-1, mean over the session's diffs; NULL where none was scored
  task_completed INTEGER, -- of the work that changed files; see outcomes.results
  corrections_needed INTEGER, -- 1: a person corrected work of this session; 0: a person spoke after it and did not
  rollback INTEGER, -- 1: work was taken back; 0: none was, as far as the log and linked commits go; NULL: no work
  timestamp TEXT, -- when the session began
  tool_call_count INTEGER NOT NULL,
  files_modified INTEGER NOT NULL, -- by editing tools and by commands that visibly write
  user_message_count INTEGER NOT NULL, -- by people
  user_engagement_rate REAL, -- user_message_count / tool_call_count; NULL without calls
  diffs_scored TEXT, -- JSON; NULL where none was scored
  last_modified TEXT NOT NULL, -- when the row was written
  tests_green INTEGER, -- the last checks after the last edit; NULL: none ran, or they cannot be read
  survived INTEGER, -- 1: most of the added lines outlived later commits
  survival REAL, -- share of the added lines that did
  tasks INTEGER NOT NULL, -- pieces of work asked for that changed files
  first_pass_tasks INTEGER, -- of these, without correction, rejection, rollback or red test; NULL: not known of all
  corrections INTEGER NOT NULL, -- human turns that corrected work
  regeneration_cycles INTEGER NOT NULL -- edits of the same lines again after one of these
) STRICT;
