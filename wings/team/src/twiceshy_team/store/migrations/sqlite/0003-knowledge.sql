-- What several people's rows show, as members get it. All of it can be made anew from the rows.

CREATE TABLE knowledge (
  team_id TEXT NOT NULL,
  kind TEXT NOT NULL, -- 'lesson', 'limit', 'fact' or 'effect'
  key BLOB NOT NULL,
  body TEXT NOT NULL, -- JSON of a record of `records.team_knowledge`; what is gone has no words and no people
  gone INTEGER NOT NULL, -- 1: the rows show it no more; whoever took it takes it out
  changed_at TEXT NOT NULL,
  number INTEGER NOT NULL, -- counted on for each team with each change: what a cursor means
  PRIMARY KEY (team_id, kind, key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX knowledge_by_number ON knowledge (team_id, number);

CREATE TABLE knowledge_source ( -- Of which state of the rows each part of it was made, so that only what changed is made anew.
  team_id TEXT NOT NULL,
  part TEXT NOT NULL, -- a kind of knowledge, or 'command' for one command's limits
  key BLOB NOT NULL, -- of a command its hash
  state TEXT NOT NULL,
  PRIMARY KEY (team_id, part, key)
) STRICT, WITHOUT ROWID;
