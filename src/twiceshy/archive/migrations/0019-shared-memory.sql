-- The memory that travels with a project's repository: what this store told it, and what others told through it.

CREATE TABLE memory_entry ( -- One fact of ours that was written to a repository's memory.
  memory BLOB NOT NULL, -- 16 salted bytes of the repository's git folder
  made BLOB NOT NULL, -- 16 bytes: hash of the fact as it was made
  written BLOB NOT NULL, -- hash as it was written: another one where the second engine took something out
  type TEXT NOT NULL, -- records.memory.TYPES
  at TEXT NOT NULL, -- when it happened
  session TEXT NOT NULL, -- 's-…': the session that it is about; empty where it is about none
  commit_hash TEXT NOT NULL, -- the commit that it is about, likewise
  pushed BLOB, -- 8 salted bytes of the address that it was last pushed to; NULL: it never left
  PRIMARY KEY (memory, made)
) STRICT, WITHOUT ROWID;

CREATE TABLE pulled_record ( -- One fact that another data folder wrote about a project, redacted again by our rules.
  project TEXT NOT NULL, -- project.identity of the repository that it came with
  id BLOB NOT NULL, -- 16 bytes: hash of the fact as its writer wrote it
  writer TEXT NOT NULL, -- 16 hexadecimal digits of the data folder that wrote it
  type TEXT NOT NULL, -- records.memory.TYPES, or one of a newer version
  at TEXT NOT NULL, -- when it happened
  session TEXT NOT NULL, -- as memory_entry.session
  commit_hash TEXT NOT NULL, -- as memory_entry.commit_hash
  line TEXT NOT NULL, -- the fact as JSON
  accepted_at TEXT, -- when a person here said that agents may be told of it; NULL: only people see it
  PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pulled_record_type ON pulled_record (project, type, at);
