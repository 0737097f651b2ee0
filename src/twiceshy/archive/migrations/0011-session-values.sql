-- Which secrets a session has shown, so that they are known again wherever it repeats them. No secret can be read here.

CREATE TABLE session_value ( -- One spelling of a credential that a rule recognised in a session.
  session BLOB NOT NULL, -- session.uid
  hash BLOB NOT NULL, -- 8 bytes under the installation's salt
  length INTEGER NOT NULL, -- bytes
  placeholder TEXT NOT NULL, -- what stands in its place
  PRIMARY KEY (session, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_copy ( -- Two sessions whose logs hold the same events: what one shows is known in the other.
  session BLOB NOT NULL, -- session.uid
  other BLOB NOT NULL, -- session.uid
  PRIMARY KEY (session, other)
) STRICT, WITHOUT ROWID;
