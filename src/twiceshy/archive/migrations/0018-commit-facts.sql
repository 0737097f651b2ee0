-- What a project's memory tells of a commit, and what was told of it afterwards.

ALTER TABLE commit_ ADD COLUMN body TEXT; -- the message behind its subject, scrubbed; NULL: not read yet
ALTER TABLE commit_ ADD COLUMN tree TEXT; -- hash of its tree; NULL: not read yet
ALTER TABLE commit_ ADD COLUMN branch TEXT; -- on which it was made, scrubbed; NULL: this clone's notes do not say
ALTER TABLE commit_ ADD COLUMN amends TEXT; -- hash of the commit that it took the place of; NULL: none, or not known

CREATE TABLE ci_result ( -- What a CI system said of a commit. Several a commit are normal: one a job, and newer ones.
  uid BLOB PRIMARY KEY, -- 16 bytes, hash of the row: the same answer is stored once
  project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
  commit_hash TEXT NOT NULL, -- whole; the commit itself may not be stored
  at TEXT NOT NULL, -- when it was said
  result TEXT NOT NULL, -- pass, fail, error, pending or unknown
  tests_passed INTEGER,
  tests_failed INTEGER,
  coverage REAL, -- percent
  duration_s REAL,
  workflow TEXT, -- this and what follows: scrubbed
  job TEXT,
  run_id TEXT,
  run_number TEXT,
  message TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ci_result_commit ON ci_result (project_id, commit_hash);

CREATE TABLE told_revert ( -- A commit of which a person said that it was reverted.
  project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
  commit_hash TEXT NOT NULL, -- whole
  by_hash TEXT, -- the commit that took it back; NULL: not said
  at TEXT NOT NULL,
  PRIMARY KEY (project_id, commit_hash)
) STRICT, WITHOUT ROWID;
