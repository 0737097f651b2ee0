-- What leaves for a team's server, and what the server gave back. All three stay empty while `telemetry.backend` is `local`.

ALTER TABLE executions ADD COLUMN team_hash BLOB; -- 16 bytes: hash of the command keyed with the team's key, made when it was recorded; NULL where there was none
ALTER TABLE executions ADD COLUMN team_epoch TEXT NOT NULL DEFAULT ''; -- fingerprint of that key: hashes of two keys are never compared

CREATE TABLE outbox ( -- Rows that wait to be sent, written in the transaction that stores what they tell of.
  id BLOB NOT NULL, -- 16 bytes
  rev INTEGER NOT NULL, -- 0, then one more for each change
  kind TEXT NOT NULL,
  body BLOB NOT NULL, -- the exact line that will leave
  made_at TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  next_at TEXT NOT NULL DEFAULT '', -- not tried before
  refused TEXT, -- why the server does not want it; NULL while it waits
  PRIMARY KEY (id, rev)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (next_at) WHERE refused IS NULL;

CREATE TABLE outbox_mark ( -- What was put into the outbox last of each run and of each record that may change: only changes leave.
  id BLOB PRIMARY KEY, -- 16 bytes
  kind TEXT NOT NULL,
  rev INTEGER NOT NULL, -- -1: it is gone here, and a tombstone was put
  hash BLOB NOT NULL, -- 16 bytes: of its data
  sent INTEGER NOT NULL DEFAULT 0 -- 1: a server has some revision of it
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_mark_kind ON outbox_mark (kind);

CREATE TABLE team_knowledge ( -- What the server said that several people's work shows.
  kind TEXT NOT NULL, -- 'lesson', 'limit', 'fact' or 'effect'
  key BLOB NOT NULL,
  body TEXT NOT NULL, -- JSON of a record of `records.team_knowledge`
  changed_at TEXT NOT NULL,
  here BLOB, -- of a lesson the lesson.id that says it here: one that was learned here too, else a row of its own; of a fact 16 bytes of a hash of its project's identity; NULL where nothing here is meant
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_knowledge_here ON team_knowledge (here) WHERE here IS NOT NULL;

CREATE TABLE sync_note ( -- How sending stands: the server's cursor, its last answer, why it stopped.
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
