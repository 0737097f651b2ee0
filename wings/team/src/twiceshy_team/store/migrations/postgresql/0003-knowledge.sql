-- What several people's rows show, as members get it. All of it can be made anew from the rows.

CREATE TABLE knowledge (
  team_id uuid NOT NULL,
  kind text NOT NULL, -- 'lesson', 'limit', 'fact' or 'effect'
  key bytea NOT NULL,
  body text NOT NULL, -- JSON of a record of `records.team_knowledge`; what is gone has no words and no people
  gone boolean NOT NULL, -- true: the rows show it no more; whoever took it takes it out
  changed_at timestamptz NOT NULL,
  number bigint NOT NULL, -- counted on for each team with each change: what a cursor means
  PRIMARY KEY (team_id, kind, key)
);
CREATE UNIQUE INDEX knowledge_by_number ON knowledge (team_id, number);
ALTER TABLE knowledge ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON knowledge USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON knowledge TO twiceshy_app;

CREATE TABLE knowledge_source ( -- Of which state of the rows each part of it was made, so that only what changed is made anew.
  team_id uuid NOT NULL,
  part text NOT NULL, -- a kind of knowledge, or 'command' for one command's limits
  key bytea NOT NULL, -- of a command its hash
  state text NOT NULL,
  PRIMARY KEY (team_id, part, key)
);
ALTER TABLE knowledge_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge_source FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON knowledge_source USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON knowledge_source TO twiceshy_app;
