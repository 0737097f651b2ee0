BEGIN TRANSACTION;
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
INSERT INTO "call" VALUES(1,X'56B7320FB15E0C5FB3D27D581ED6B084',1,7500522865033216004,'2026-09-01T12:00:04.000Z',NULL,'Bash','run',NULL,NULL,'make rotate','make rotate',0,NULL,NULL,NULL,NULL,0,'{"command":"make rotate","why":"rotate"}',NULL);
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
) STRICT;
INSERT INTO "edit" VALUES(1,X'61F1D96368EF104AED180296C505E131',1,7500522873421824006,'2026-09-01T12:00:06.000Z',NULL,X'56B7320FB15E0C5FB3D27D581ED6B084','src/shop.py',X'3820627974657321',X'007E38FDFFE5CDFF2DBFBAEE5C2245F0',X'58C76A186A91B65C1DC166DFCC52979E',0,0,0,0,0,X'',X'',0);
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
INSERT INTO "mark" VALUES(1,X'F562C1C396F25449AD2017BF808A75F4',1,7500522881810432008,'2026-09-01T12:00:08.000Z',NULL,'notice','notice','rotate and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by li',X'2CEBAA8F8ABBE919A0DE20B4B8025740');
CREATE TABLE meta ( -- Facts about this store: salt check, rule versions.
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
CREATE TABLE migration ( -- Which files of SQL this database went through.
  name TEXT PRIMARY KEY,
  applied_at TEXT NOT NULL
) STRICT;
INSERT INTO "migration" VALUES('2026-11-21-archive','2026-11-21T05:19:24Z');
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
) STRICT;
INSERT INTO "prompt" VALUES(1,X'EF4E3C6692B42249B5F0B9034ECEFA0B',1,7500522852450304001,'2026-09-01T12:00:01.000Z',NULL,'typed',1,'please rotate',NULL,0);
INSERT INTO "prompt" VALUES(2,X'30639600C2D320DDD4B598A4A0A09C41',1,7500522856644608002,'2026-09-01T12:00:02.000Z',NULL,'typed',1,'rotate and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, line by line
a',X'47AE8FB3813A40DE04BE46CD535BBFB6',0);
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
INSERT INTO "reply" VALUES(1,X'49CC0B9C82E8733AFB25F4349ABAFA34',1,7500522860838912003,'2026-09-01T12:00:03.000Z',NULL,0,'model-x','rotate, done.
more',NULL);
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
INSERT INTO "result" VALUES(1,X'56B7320FB15E0C5FB3D27D581ED6B084',1,7500522869227520005,'2026-09-01T12:00:05.000Z','error',X'607809BDFC0CE525','Error: rotate and more of it, line by line',NULL,NULL,NULL,NULL,NULL,NULL,'Error: rotate and more of it, line by line
and more of it, line by line
and more of it, line by line
and more of it, lin',X'6B411D8E8193D7ED8F96E1C1F80AD622');
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
INSERT INTO "session" VALUES(1,X'B5B8DEAC3CC83206D11C220E9D2CDFA7','claude-code','first',1,'/home/ann/web-shop',NULL,NULL,NULL,'title of rotate','2026-09-01T12:00:00.000Z','2026-09-01T12:01:00.000Z',1);
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
  reason TEXT NOT NULL,
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
) STRICT;
INSERT INTO "source" VALUES(1,X'852F9C1C1559E8A6DAD8526031E17F25','claude-code','first.jsonl',10,20,'[10,1,0,0,"00ff","","{\"a\":1}"]',3,2,0,'2026-09-01T12:00:00.000Z');
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
) STRICT;
INSERT INTO "usage" VALUES(1,X'179A208069529D8D65DBAFA4DEA0A18F',1,'2026-09-01T12:00:07.000Z','model-x',1,5,2,3);
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
COMMIT;
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = "unicode61 remove_diacritics 2");
