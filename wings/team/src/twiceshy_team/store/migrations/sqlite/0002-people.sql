-- Teams, who belongs to them, how they show it, and what was erased.

CREATE TABLE team (
  team_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  level TEXT NOT NULL, -- the loosest level at which texts that an agent's own exporter sends are kept
  made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  team_id TEXT NOT NULL REFERENCES team,
  member BLOB NOT NULL, -- 16 random bytes
  name TEXT NOT NULL, -- as the administrator wrote it
  made_at TEXT NOT NULL,
  PRIMARY KEY (team_id, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  team_id TEXT NOT NULL,
  digest BLOB NOT NULL, -- SHA-256; the token itself is nowhere
  member BLOB NOT NULL,
  label TEXT NOT NULL,
  scopes TEXT NOT NULL, -- words with spaces between
  made_at TEXT NOT NULL,
  expires_at TEXT,
  last_used_on TEXT,
  revoked_at TEXT,
  PRIMARY KEY (team_id, digest),
  FOREIGN KEY (team_id, member) REFERENCES member
) STRICT, WITHOUT ROWID;
CREATE INDEX token_by_digest ON token (digest);

CREATE TABLE erased ( -- Ids that were taken out: they are never stored again.
  team_id TEXT NOT NULL,
  member BLOB NOT NULL, -- whose row it was
  target BLOB NOT NULL,
  reason TEXT,
  day TEXT NOT NULL, -- on which it was erased
  number INTEGER NOT NULL, -- counted on for each team in the order of commits: what a cursor means
  PRIMARY KEY (team_id, member, target)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX erased_by_number ON erased (team_id, number);
