BEGIN TRANSACTION;
CREATE TABLE advice ( -- One time that a rule was given at an event, or kept back to see what happens without it.
  uid BLOB PRIMARY KEY, -- 16 bytes made from the hook's note
  rule BLOB NOT NULL, -- rule.id; its row may be gone
  category TEXT NOT NULL, -- rule.category; empty where no rule was known by that id
  session BLOB NOT NULL, -- session.uid, though its row may come later
  agent TEXT NOT NULL,
  call BLOB, -- call.uid; NULL for what is said at a prompt or a session's start
  agent_run BLOB, -- NULL in the main dialogue
  event TEXT NOT NULL, -- the agent's own word: PreToolUse ...
  level TEXT NOT NULL, -- 'inform', 'warn' or 'block'
  shown INTEGER NOT NULL, -- 1: given; 0: held back by lot
  overridden INTEGER NOT NULL, -- 1: the agent or the user said to go on all the same
  at TEXT NOT NULL,
  outcome TEXT -- of the call: 'failed', 'corrected', 'taken-back', 'fine', 'not-made'; NULL: not known yet
) STRICT, WITHOUT ROWID;
CREATE TABLE call ( -- One use of a tool, as asked for.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE, -- ToolCall.call: results and edits carry it
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  at TEXT,
  agent_run BLOB,
  tool TEXT NOT NULL,
  action TEXT NOT NULL, -- records.events.Action
  path TEXT,
  path_key BLOB, -- 8 bytes, salted
  command TEXT, -- first 500 characters; the whole in the input body
  head TEXT, -- program and subcommand by facts.shell: 'git commit'
  masked INTEGER NOT NULL DEFAULT 0, -- 1: a pipe or `|| true` hides the exit status
  query TEXT,
  first_line INTEGER, -- a partial read
  line_count INTEGER,
  timeout_s REAL,
  background INTEGER NOT NULL DEFAULT 0,
  input TEXT NOT NULL,
  body BLOB
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "call" VALUES(1,X'56B7320FB15E0C5FB3D27D581ED6B084',1,7500522865033216004,'2026-09-01T12:00:04.000Z',NULL,'Bash','run',NULL,NULL,'make rotate','make rotate',0,NULL,NULL,NULL,NULL,0,'{"command":"make rotate","why":"rotate"}',NULL,0);
CREATE TABLE commit_ ( -- A commit of a project's repository (the name `commit` is an SQL word).
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
  hash TEXT NOT NULL,
  parents TEXT NOT NULL, -- hashes, blank between
  author BLOB NOT NULL, -- 8 bytes, salted hash of the e-mail address
  authored_at TEXT NOT NULL,
  authored_offset_min INTEGER NOT NULL, -- of the author's clock from UTC
  committed_at TEXT NOT NULL,
  subject TEXT NOT NULL,
  trailers TEXT NOT NULL, -- JSON: [[name, value] ...], scrubbed
  patch_id TEXT, -- as `git patch-id --stable`; NULL for merges and empty commits
  UNIQUE (project_id, hash)
) STRICT;
CREATE TABLE commit_file ( -- A file in a commit.
  commit_id INTEGER NOT NULL REFERENCES commit_ ON DELETE CASCADE,
  path TEXT NOT NULL, -- as in the repository
  old_path TEXT, -- of a rename
  added INTEGER, -- lines; NULL for binary files
  removed INTEGER,
  added_hashes BLOB NOT NULL, -- 8 salted bytes a line, comparable to edit.added_hashes
  PRIMARY KEY (commit_id, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE derived ( -- What pure functions made of the above; re-computed when input or rules change.
  kind TEXT NOT NULL,
  key BLOB NOT NULL, -- Session.uid, a content hash ...
  input_hash BLOB NOT NULL,
  rule_version INTEGER NOT NULL,
  value BLOB NOT NULL, -- JSON
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE edit ( -- One file changed by one successful call.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE,
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  at TEXT,
  agent_run BLOB,
  call BLOB NOT NULL,
  path TEXT NOT NULL,
  path_key BLOB NOT NULL,
  before BLOB, -- body
  after BLOB, -- body
  partial INTEGER NOT NULL, -- 1: before and after are fragments, or missing
  created INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  added INTEGER NOT NULL, -- lines
  removed INTEGER NOT NULL,
  added_hashes BLOB NOT NULL, -- 8 salted bytes a line
  removed_hashes BLOB NOT NULL,
  user_modified INTEGER NOT NULL
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "edit" VALUES(1,X'61F1D96368EF104AED180296C505E131',1,7500522873421824006,'2026-09-01T12:00:06.000Z',NULL,X'56B7320FB15E0C5FB3D27D581ED6B084','src/shop.py',X'3820627974657321',X'007E38FDFFE5CDFF2DBFBAEE5C2245F0',X'58C76A186A91B65C1DC166DFCC52979E',0,0,0,0,0,X'',X'',0,0);
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
CREATE TABLE exposure ( -- One of an agent's events as a hook saw it: ids and salted hashes, never text.
  uid BLOB PRIMARY KEY, -- 16 bytes made from the note
  session BLOB NOT NULL, -- session.uid, though its row may come later
  agent TEXT NOT NULL,
  event TEXT NOT NULL, -- the agent's own word: PreToolUse ...
  at TEXT NOT NULL,
  call BLOB, -- call.uid
  agent_run BLOB, -- NULL in the main dialogue
  prompt TEXT, -- the agent's own id of the prompt
  action TEXT, -- records.events.Action
  path_keys BLOB, -- 8 salted bytes a path, as call.path_key
  word_key BLOB, -- 8 salted bytes of the command's first word, by facts.first_word
  word TEXT -- why a session began, ended or was compacted, of a short list
, owner TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE fault ( -- What a step left out for a fault of ours; shown by doctor, tried again when `stand` changes.
  step TEXT NOT NULL, -- 'find', 'report', 'spool', 'commits', 'judge' ...
  key BLOB NOT NULL, -- of what: Session.uid, a salted hash of a path ...
  name TEXT NOT NULL, -- for display, scrubbed: a path, a session's id, a project
  offset INTEGER, -- bytes; NULL where it is no place in a file
  place TEXT NOT NULL, -- the error's type, and where in our code: never its message
  stand TEXT NOT NULL, -- hash of the input and of our version
  at TEXT NOT NULL, -- last time that it came
  PRIMARY KEY (step, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten ( -- What the user had forgotten: the same logs, read again, do not bring it back. Hashes and times only.
  id INTEGER PRIMARY KEY,
  session BLOB, -- Session.uid; NULL: any session
  project BLOB, -- blake2b, 16 bytes, of project.identity; NULL: any project
  from_at TEXT, -- first time that is forgotten; NULL: without beginning
  until_at TEXT, -- first time that is not; NULL: without end
  forgotten_at TEXT NOT NULL
) STRICT;
CREATE TABLE forgotten_event ( -- Events that were stored and then forgotten, as copies of a log repeat them.
  uid BLOB PRIMARY KEY -- of the row
) STRICT, WITHOUT ROWID;
CREATE TABLE learned_limit ( -- Made of run_history after each run, so that `auto` is one look-up.
  key BLOB NOT NULL, -- command_hash or place_hash
  kind TEXT NOT NULL, -- 'timeout_s', 'idle_timeout_s', 'first_output_timeout_s' or 'delay_exit_s'
  value_s REAL NOT NULL,
  reason TEXT NOT NULL, -- the evidence, in words
  PRIMARY KEY (key, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE learned_pattern ( -- Made of run_lines after each run, so that `--match auto` is one look-up.
  place_hash BLOB NOT NULL,
  pattern TEXT NOT NULL, -- RE2
  origin TEXT NOT NULL, -- 'mined' or 'starting'
  chosen INTEGER NOT NULL, -- 1: `--match auto` takes it; 0: too little is known, or it speaks against it
  refused INTEGER NOT NULL, -- 1: feedback called a run that it ended a false positive
  failed_runs INTEGER NOT NULL, -- all that are known of this command here
  failed_hit INTEGER NOT NULL, -- with such a line
  good_runs INTEGER NOT NULL,
  good_hit INTEGER NOT NULL,
  saved_share REAL, -- of the time of the failed runs that it hit, what came after its line
  score REAL, -- of it and those chosen before it: lower 95 % bounds of precision and recall, multiplied
  reason TEXT NOT NULL, -- the evidence, in words
  PRIMARY KEY (place_hash, pattern)
) STRICT, WITHOUT ROWID;
CREATE TABLE lesson ( -- One thing learned. Its counts are those of mistake_occurrences, written in the same transaction.
  id BLOB PRIMARY KEY, -- 8 bytes: the key that it was first known by; shown as l- and hex
  slug TEXT NOT NULL UNIQUE, -- subject, category and a part of the id
  kind TEXT NOT NULL, -- 'mistake' in the code, 'usage' of a tool
  subject TEXT NOT NULL, -- the language, or the class of tool
  category TEXT NOT NULL,
  severity TEXT NOT NULL, -- 'critical', 'major' or 'minor', before it is raised by its count
  description TEXT NOT NULL, -- scrubbed, as all texts here; words of logs stand in quotation marks
  root_cause TEXT NOT NULL,
  trigger TEXT NOT NULL, -- JSON of records.lessons.Trigger
  steps TEXT NOT NULL, -- JSON of records.lessons.Step
  bad TEXT, -- at most 5 lines
  good TEXT,
  contexts TEXT NOT NULL, -- JSON: kinds of files that it was seen in
  scope TEXT NOT NULL, -- 'file', 'project', 'user' or 'team'
  scope_of TEXT NOT NULL, -- the file or project that it is about
  actor TEXT NOT NULL, -- pseudonym of whose sessions it was seen in
  quoted INTEGER NOT NULL, -- 1: only words of a log or a user; it never becomes active by itself
  observations INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  projects INTEGER NOT NULL,
  warnings INTEGER NOT NULL, -- times that it was shown to an agent
  successes INTEGER NOT NULL, -- of these, times that what it warns of did not happen
  failures INTEGER NOT NULL, -- of these, times that it was wrong
  first_seen TEXT,
  last_seen TEXT,
  state TEXT NOT NULL, -- 'shadow', 'active', 'muted', 'promoted' or 'archived'
  imported INTEGER NOT NULL -- 1: it came from a file, and stays without an occurrence
) STRICT, WITHOUT ROWID;
CREATE TABLE lesson_key ( -- Every key that a lesson is known by: its own, and those that were merged into it.
  key BLOB PRIMARY KEY, -- 8 bytes
  lesson BLOB NOT NULL REFERENCES lesson ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE lesson_review ( -- What a person decided; it outlives the lesson, so that what is learned again obeys it.
  lesson BLOB PRIMARY KEY, -- lesson.id
  state TEXT, -- 'muted', 'promoted' or 'deleted'; NULL: only the words were edited
  description TEXT, -- in place of the learned one; NULL: it stays
  root_cause TEXT,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lesson_vector ( -- Embeddings, made again at any time.
  lesson BLOB NOT NULL REFERENCES lesson ON DELETE CASCADE,
  collection TEXT NOT NULL, -- 'llm_mistakes' or 'successful_fixes'
  model TEXT NOT NULL, -- what made it
  vector BLOB NOT NULL, -- a mark of the words that it was made of, a scale, 8-bit numbers
  PRIMARY KEY (lesson, collection, model)
) STRICT, WITHOUT ROWID;
CREATE TABLE mark ( -- Interrupts, compactions, API errors, unknown records and the like.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE,
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  at TEXT,
  agent_run BLOB,
  kind TEXT NOT NULL, -- records.events.MarkKind
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  body BLOB
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "mark" VALUES(1,X'F562C1C396F25449AD2017BF808A75F4',1,7500522881810432008,'2026-09-01T12:00:08.000Z',NULL,'notice','notice','rotate and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by li',X'2CEBAA8F8ABBE919A0DE20B4B8025740',0);
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
CREATE TABLE meta ( -- Facts about this store: salt check, rule versions.
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
CREATE TABLE migration ( -- Which files of SQL this database went through.
  name TEXT PRIMARY KEY,
  applied_at TEXT NOT NULL
) STRICT;
INSERT INTO "migration" VALUES('0001-archive','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0002-recorder','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0003-runs','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0004-outcomes','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0005-run-patterns','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0006-lessons','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0007-advice','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0008-attempts','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0009-owner','2026-11-22T15:55:40Z');
INSERT INTO "migration" VALUES('0010-odd-logs','2026-11-22T15:55:40Z');
CREATE TABLE mistake_occurrences ( -- One time that it happened.
  id INTEGER PRIMARY KEY,
  pattern_id INTEGER NOT NULL REFERENCES mistake_patterns ON DELETE CASCADE,
  key BLOB NOT NULL, -- by which it was known, see lesson_key
  session BLOB NOT NULL, -- session.uid
  event BLOB NOT NULL, -- call.uid of the failure, or prompt.uid of a correction
  agent TEXT NOT NULL,
  project_path TEXT NOT NULL, -- the project's name
  file_path TEXT,
  generated_code TEXT, -- at most 5 lines
  error_message TEXT NOT NULL, -- at most 200 characters
  timestamp TEXT,
  source TEXT NOT NULL, -- 'test', 'failure', 'finding', 'correction' or 'rejection'
  cost_s REAL, -- until it was gone; NULL: that was not seen
  fix TEXT, -- at most 5 lines of what was done about it
  fixed INTEGER NOT NULL, -- 1: gone the next time that it was looked at
  UNIQUE (session, event, key)
) STRICT;
CREATE TABLE mistake_patterns ( -- A lesson as one model made it.
  id INTEGER PRIMARY KEY,
  vector_db_id BLOB NOT NULL REFERENCES lesson ON DELETE CASCADE, -- lesson.id
  model_name TEXT NOT NULL, -- empty where the log does not tell
  error_signature TEXT NOT NULL, -- lesson.slug
  category TEXT NOT NULL,
  severity TEXT NOT NULL,
  frequency INTEGER NOT NULL, -- occurrences
  first_seen TEXT,
  last_seen TEXT,
  fix_applied INTEGER NOT NULL, -- occurrences that were gone the next time that it was looked at
  user_corrections INTEGER NOT NULL, -- occurrences that a person pointed out
  test_failures INTEGER NOT NULL, -- occurrences that a test, compiler or linter named
  archived INTEGER NOT NULL,
  UNIQUE (vector_db_id, model_name)
) STRICT;
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
CREATE TABLE performance_metrics ( -- Of the command and all it started, at most once a second; the kernel's sums at the end.
  metric_id INTEGER PRIMARY KEY,
  execution_id BLOB NOT NULL REFERENCES executions ON DELETE CASCADE,
  metric_name TEXT NOT NULL, -- cpu_user_s, cpu_system_s, memory_mb_peak, memory_mb, cpu_s
  metric_value REAL NOT NULL,
  timestamp_offset REAL NOT NULL
) STRICT;
CREATE TABLE project ( -- A code base, wherever its folders lie.
  id INTEGER PRIMARY KEY,
  identity TEXT NOT NULL UNIQUE, -- 'remote:host/owner/name', 'root:<commit>' or 'folder:<path>', scrubbed
  name TEXT NOT NULL -- short, for display
) STRICT;
INSERT INTO "project" VALUES(1,'remote:host/owner/web-shop','web-shop');
CREATE TABLE project_alias ( -- Other identities that turned out to mean the same project.
  identity TEXT PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE
) STRICT;
CREATE TABLE prompt ( -- A turn of the user's side.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE,
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  at TEXT,
  agent_run BLOB, -- NULL in the main dialogue
  kind TEXT NOT NULL, -- records.events.PromptKind
  human INTEGER NOT NULL,
  text TEXT NOT NULL,
  body BLOB,
  images INTEGER NOT NULL DEFAULT 0
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "prompt" VALUES(1,X'EF4E3C6692B42249B5F0B9034ECEFA0B',1,7500522852450304001,'2026-09-01T12:00:01.000Z',NULL,'typed',1,'please rotate',NULL,0,0);
INSERT INTO "prompt" VALUES(2,X'30639600C2D320DDD4B598A4A0A09C41',1,7500522856644608002,'2026-09-01T12:00:02.000Z',NULL,'typed',1,'rotate and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
a',X'47AE8FB3813A40DE04BE46CD535BBFB6',0,0);
CREATE TABLE reply ( -- Words of the model.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE,
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  at TEXT,
  agent_run BLOB,
  thinking INTEGER NOT NULL,
  model TEXT,
  text TEXT NOT NULL,
  body BLOB
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "reply" VALUES(1,X'49CC0B9C82E8733AFB25F4349ABAFA34',1,7500522860838912003,'2026-09-01T12:00:03.000Z',NULL,0,'model-x','rotate, done.
more',NULL,0);
CREATE TABLE result ( -- What a tool call gave back.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE, -- ToolCall.call: one result a call, the first that was seen
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  at TEXT,
  failure TEXT, -- records.events.Failure; NULL: the agent was told it worked
  fingerprint BLOB, -- of a failure: equal for the same error, 8 bytes by facts.fingerprint
  message TEXT, -- of a failure: the line that says what is wrong
  exit_code INTEGER,
  duration_s REAL,
  words TEXT, -- what the user said while rejecting
  commit_hash TEXT,
  lines_returned INTEGER,
  lines_total INTEGER,
  text TEXT NOT NULL,
  body BLOB
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "result" VALUES(1,X'56B7320FB15E0C5FB3D27D581ED6B084',1,7500522869227520005,'2026-09-01T12:00:05.000Z','error',X'607809BDFC0CE525','Error: rotate and more of it, line by line',NULL,NULL,NULL,NULL,NULL,NULL,'Error: rotate and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, lin',X'6B411D8E8193D7ED8F96E1C1F80AD622',0);
CREATE TABLE rule ( -- Every rule that was ever compiled, as it was when it was compiled last.
  id BLOB PRIMARY KEY, -- 8 bytes; shown as w- and hex; the same for the same thing whenever it is compiled
  category TEXT NOT NULL, -- kind of rule, see records.rules.RuleKind: effects are pooled by it
  lesson BLOB, -- lesson.id that it was made of; NULL: of counts of behaviour
  project TEXT NOT NULL, -- name of the project that it is about; empty: all
  words TEXT NOT NULL, -- what it says, scrubbed
  level TEXT NOT NULL, -- 'silent', 'inform', 'warn' or 'block'
  confidence REAL NOT NULL, -- 0 to 1
  n INTEGER NOT NULL, -- calls that it matches in the logs
  wrong INTEGER NOT NULL, -- of these, calls that failed or whose edit was corrected or taken back
  sessions INTEGER NOT NULL, -- sessions of these calls
  compiled_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rule_review ( -- What a person decided; it outlives the rule.
  rule BLOB PRIMARY KEY, -- rule.id
  state TEXT NOT NULL, -- 'muted'
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE run_choice ( -- What `auto` took for one run, why, and what it brought.
  execution_id BLOB NOT NULL REFERENCES executions ON DELETE CASCADE,
  kind TEXT NOT NULL, -- 'match', or the limit's kind as in learned_limit
  value TEXT NOT NULL, -- the patterns, newline between, or seconds
  origin TEXT NOT NULL, -- 'learned', 'starting' or 'none'
  reason TEXT NOT NULL,
  ended INTEGER NOT NULL, -- 1: it ended the run
  saved_s REAL, -- what such a run usually takes beyond the time of this one; NULL: it ended nothing, or that is not known
  wrong INTEGER, -- 1: feedback says that it should not have ended the run; NULL: nothing was said
  PRIMARY KEY (execution_id, kind)
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
CREATE TABLE run_lines ( -- The kinds of lines that one run printed, scrubbed; the newest 120 runs of a command here.
  execution_id BLOB PRIMARY KEY REFERENCES executions ON DELETE CASCADE,
  place_hash BLOB NOT NULL, -- as in executions
  at TEXT NOT NULL,
  failed INTEGER NOT NULL, -- by the command's own status; -1: a pattern ended it, and only feedback can tell
  runtime_s REAL NOT NULL,
  lines TEXT NOT NULL, -- JSON: [[kind of line, s to the first of it, s from there to the last line that belongs to it]]
  marks TEXT NOT NULL -- JSON, the same of each starting pattern that hit
) STRICT, WITHOUT ROWID;
CREATE TABLE session ( -- One conversation with an agent.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE,
  agent TEXT NOT NULL,
  native_id TEXT NOT NULL,
  project_id INTEGER NOT NULL REFERENCES project,
  cwd TEXT,
  branch TEXT,
  version TEXT,
  entrypoint TEXT,
  title TEXT,
  first_at TEXT,
  last_at TEXT,
  real INTEGER NOT NULL DEFAULT 1 -- 0: written by something that imitates the agent
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "session" VALUES(1,X'B5B8DEAC3CC83206D11C220E9D2CDFA7','claude-code','first',1,'/home/ann/web-shop',NULL,NULL,NULL,'title of rotate','2026-09-01T12:00:00.000Z','2026-09-01T12:01:00.000Z',1,0);
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
CREATE TABLE session_source ( -- Which files told of a session.
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  PRIMARY KEY (session_id, source_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "session_source" VALUES(1,1);
CREATE TABLE skipped ( -- Lines that could not be read; shown by doctor.
  source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  offset INTEGER NOT NULL, -- bytes
  length INTEGER NOT NULL,
  reason TEXT NOT NULL, place TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (source_id, offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE source ( -- A log file and how far it was read.
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE, -- 16 bytes, salted hash of the absolute path
  agent TEXT NOT NULL,
  name TEXT NOT NULL, -- scrubbed path, for display
  size INTEGER NOT NULL, -- bytes, when last read
  mtime_ns INTEGER NOT NULL,
  cursor TEXT NOT NULL, -- records.sources.Cursor as JSON (its bytes in hex)
  lines INTEGER NOT NULL,
  with_events INTEGER NOT NULL, -- lines that gave at least one event
  duplicates INTEGER NOT NULL, -- events that were stored already
  read_at TEXT NOT NULL
, reader INTEGER NOT NULL DEFAULT 0, rereading INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "source" VALUES(1,X'852F9C1C1559E8A6DAD8526031E17F25','claude-code','first.jsonl',10,20,'[10,1,0,0,"00ff","","{\"a\":1}"]',3,2,0,'2026-09-01T12:00:00.000Z',0,0);
CREATE TABLE source_tally ( -- Lines of a source that carry no event, by the agent's own record type.
  source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  class TEXT NOT NULL, -- 'non-event', 'unknown' or 'redacted' (then kind is the rule and count its replacements)
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (source_id, class, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO "source_tally" VALUES(1,'non-event','progress',1);
CREATE TABLE usage ( -- Tokens of one model message; of rows that repeat it the one with the most output counts.
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE,
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  at TEXT,
  model TEXT NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  cache_read INTEGER NOT NULL
, reader INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "usage" VALUES(1,X'179A208069529D8D65DBAFA4DEA0A18F',1,'2026-09-01T12:00:07.000Z','model-x',1,5,2,3,0);
CREATE TABLE wait ( -- A call that waited for a running command, typed into it or ended it. It is no attempt.
  call_id INTEGER PRIMARY KEY REFERENCES call ON DELETE CASCADE,
  run BLOB -- call.uid of that command; NULL where nobody knows which
) STRICT;
CREATE INDEX session_project ON session (project_id);
CREATE INDEX prompt_session ON prompt (session_id, rank);
CREATE INDEX reply_session ON reply (session_id, rank);
CREATE INDEX call_session ON call (session_id, rank);
CREATE INDEX result_session ON result (session_id, rank);
CREATE INDEX result_failure ON result (fingerprint) WHERE failure IS NOT NULL;
CREATE INDEX edit_session ON edit (session_id, rank);
CREATE INDEX edit_call ON edit (call);
CREATE INDEX edit_path ON edit (path_key);
CREATE INDEX usage_session ON usage (session_id);
CREATE INDEX mark_session ON mark (session_id, rank);
CREATE INDEX exposure_session ON exposure (session, at);
CREATE INDEX exposure_call ON exposure (call);
CREATE INDEX executions_command ON executions (command_hash);
CREATE INDEX executions_timestamp ON executions (timestamp);
CREATE INDEX executions_reason ON executions (exit_reason);
CREATE INDEX executions_project_type ON executions (project_type);
CREATE INDEX match_events_execution ON match_events (execution_id);
CREATE INDEX output_samples_execution ON output_samples (execution_id);
CREATE INDEX performance_metrics_execution ON performance_metrics (execution_id);
CREATE INDEX run_history_command ON run_history (command_hash, at);
CREATE INDEX run_history_place ON run_history (place_hash, at);
CREATE INDEX run_lines_place ON run_lines (place_hash, at);
CREATE INDEX lesson_state ON lesson (state, subject);
CREATE INDEX lesson_key_lesson ON lesson_key (lesson);
CREATE INDEX mistake_occurrences_pattern ON mistake_occurrences (pattern_id);
CREATE VIEW successful_fixes AS -- What was done about a lesson's mistake, how often, and how often it was gone then.
SELECT p.vector_db_id AS lesson, o.fix AS fix, count(*) AS times_applied, sum(o.fixed) AS times_green
FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
WHERE o.fix IS NOT NULL GROUP BY 1, 2;
CREATE INDEX rule_category ON rule (category);
CREATE INDEX rule_lesson ON rule (lesson);
CREATE INDEX advice_session ON advice (session, at);
CREATE INDEX advice_rule ON advice (rule);
CREATE INDEX advice_call ON advice (call);
CREATE INDEX wait_run ON wait (run);
COMMIT;
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = "unicode61 remove_diacritics 2");
