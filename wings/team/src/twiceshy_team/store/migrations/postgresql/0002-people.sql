-- Teams, who belongs to them, how they show it, and what was erased.

CREATE TABLE team (
  team_id uuid PRIMARY KEY,
  name text NOT NULL,
  level text NOT NULL, -- the loosest level at which texts that an agent's own exporter sends are kept
  made_at timestamptz NOT NULL
);
ALTER TABLE team ENABLE ROW LEVEL SECURITY;
ALTER TABLE team FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON team USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
-- Names and levels only, for the person who works on the server itself: requests never set this.
CREATE POLICY operator ON team FOR SELECT USING (current_setting('app.operator', true) = 'on');
GRANT SELECT, INSERT, UPDATE ON team TO twiceshy_app;

CREATE TABLE member (
  team_id uuid NOT NULL REFERENCES team,
  member bytea NOT NULL, -- 16 random bytes
  name text NOT NULL, -- as the administrator wrote it
  made_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, member)
);
ALTER TABLE member ENABLE ROW LEVEL SECURITY;
ALTER TABLE member FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON member USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT ON member TO twiceshy_app;

CREATE TABLE token (
  team_id uuid NOT NULL,
  digest bytea NOT NULL, -- SHA-256; the token itself is nowhere
  member bytea NOT NULL,
  label text NOT NULL,
  scopes text NOT NULL, -- words with spaces between
  made_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_on date,
  revoked_at timestamptz,
  PRIMARY KEY (team_id, digest),
  FOREIGN KEY (team_id, member) REFERENCES member
);
CREATE INDEX token_by_digest ON token (digest);
ALTER TABLE token ENABLE ROW LEVEL SECURITY;
ALTER TABLE token FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON token USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
-- Who shows a token does not know a team yet: that one row is visible to the digest of it.
CREATE POLICY shown ON token FOR SELECT
  USING (digest = decode(nullif(current_setting('app.token', true), ''), 'hex'));
GRANT SELECT, INSERT, UPDATE ON token TO twiceshy_app;

CREATE TABLE erased ( -- Ids that were taken out: they are never stored again.
  team_id uuid NOT NULL,
  member bytea NOT NULL, -- whose row it was
  target bytea NOT NULL,
  reason text,
  day date NOT NULL, -- on which it was erased
  number bigint NOT NULL, -- counted on for each team in the order of commits: what a cursor means
  PRIMARY KEY (team_id, member, target)
);
CREATE UNIQUE INDEX erased_by_number ON erased (team_id, number);
ALTER TABLE erased ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased FORCE ROW LEVEL SECURITY;
CREATE POLICY own_team ON erased USING (team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));
GRANT SELECT, INSERT ON erased TO twiceshy_app;
