-- Lessons and run patterns that somebody else signed, and whose signatures are not taken any more. Keys only, no text.

CREATE TABLE bundle (
  sha256 BLOB PRIMARY KEY, -- of what was signed
  name TEXT NOT NULL, -- letters, digits, '.', '_' and '-'
  signer TEXT NOT NULL, -- fingerprint of the key, as OpenSSH writes it
  added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bundle_key ( -- What a bundle names.
  bundle BLOB NOT NULL REFERENCES bundle ON DELETE CASCADE,
  kind TEXT NOT NULL, -- 'lesson' or 'pattern'
  key BLOB NOT NULL, -- 8 bytes: lesson_key.key, or a hash of learned_pattern.pattern
  PRIMARY KEY (bundle, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX bundle_key_key ON bundle_key (key);

CREATE TABLE bundle_refused ( -- What is not taken any more: it outlives the bundles.
  what TEXT PRIMARY KEY, -- SHA-256 of a bundle in hexadecimal digits, the fingerprint of a key, or both: by its own signer
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
