-- The archive: what happened, scrubbed. Times are ISO 8601 UTC with Z. Long texts live in bodies.db by hash.

CREATE TABLE meta ( -- Facts about this store: salt check, rule versions.
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE project ( -- A code base, wherever its folders lie.
  id INTEGER PRIMARY KEY,
  identity TEXT NOT NULL UNIQUE, -- 'remote:host/owner/name', 'root:<commit>' or 'folder:<path>', scrubbed
  name TEXT NOT NULL -- short, for display
) STRICT;

CREATE TABLE project_alias ( -- Other identities that turned out to mean the same project.
  identity TEXT PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE
) STRICT;

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
) STRICT;

CREATE TABLE source_tally ( -- Lines of a source that carry no event, by the agent's own record type.
  source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  class TEXT NOT NULL, -- 'non-event', 'unknown' or 'redacted' (then kind is the rule and count its replacements)
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (source_id, class, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE skipped ( -- Lines that could not be read; shown by doctor.
  source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  offset INTEGER NOT NULL, -- bytes
  length INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (source_id, offset)
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
) STRICT;
CREATE INDEX session_project ON session (project_id);

CREATE TABLE session_source ( -- Which files told of a session.
  session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  PRIMARY KEY (session_id, source_id)
) STRICT, WITHOUT ROWID;

-- Event tables. `rank` orders a session; `text` is the whole text when `body` is NULL, else its beginning.

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
) STRICT;
CREATE INDEX prompt_session ON prompt (session_id, rank);

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
) STRICT;
CREATE INDEX reply_session ON reply (session_id, rank);

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
) STRICT;
CREATE INDEX call_session ON call (session_id, rank);

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
) STRICT;
CREATE INDEX result_session ON result (session_id, rank);
CREATE INDEX result_failure ON result (fingerprint) WHERE failure IS NOT NULL;

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
) STRICT;
CREATE INDEX edit_session ON edit (session_id, rank);
CREATE INDEX edit_call ON edit (call);
CREATE INDEX edit_path ON edit (path_key);

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
) STRICT;
CREATE INDEX usage_session ON usage (session_id);

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
) STRICT;
CREATE INDEX mark_session ON mark (session_id, rank);

CREATE TABLE derived ( -- What pure functions made of the above; re-computed when input or rules change.
  kind TEXT NOT NULL,
  key BLOB NOT NULL, -- Session.uid, a content hash ...
  input_hash BLOB NOT NULL,
  rule_version INTEGER NOT NULL,
  value BLOB NOT NULL, -- JSON
  PRIMARY KEY (kind, key)
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

-- Full text over prompts, commands, error messages and first lines of replies. Contentless: the words' texts are in
-- the tables above. rowid = id * 4 + (0 prompt, 1 call, 2 result, 3 reply).
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = "unicode61 remove_diacritics 2");
