-- What a fault of ours kept from being read or judged, and which version of its agent's reader each row is from.

ALTER TABLE source ADD COLUMN reader INTEGER NOT NULL DEFAULT 0; -- version of the agent's reader; 0: an older one
ALTER TABLE source ADD COLUMN rereading INTEGER NOT NULL DEFAULT 0; -- 1: a newer reader has begun and not ended with it
ALTER TABLE skipped ADD COLUMN place TEXT NOT NULL DEFAULT ''; -- of a fault of ours: its type, and where in our code

ALTER TABLE session ADD COLUMN reader INTEGER NOT NULL DEFAULT 0; -- version of the reader that gave the row, as below
ALTER TABLE prompt ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reply ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
ALTER TABLE result ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
ALTER TABLE edit ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mark ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;

CREATE TABLE fault ( -- What a step left out for a fault of ours; shown by doctor, tried again when `stand` changes.
  step TEXT NOT NULL, -- 'find', 'report', 'spool', 'commits', 'judge' ...
  key BLOB NOT NULL, -- of what: Session.uid, a salted hash of a path ...
  name TEXT NOT NULL, -- for display, scrubbed: a path, a session's id, a project
  offset INTEGER, -- bytes; NULL where it is no place in a file
  place TEXT NOT NULL, -- the error's type, and where in our code: never its message
  stand TEXT NOT NULL, -- hash of the input and of our version
  at TEXT NOT NULL, -- last time that it came
  PRIMARY KEY (step, key)
) STRICT, WITHOUT ROWID;

-- Numbers that no log can mean were stored until now; a sum over two of them ended a report.
UPDATE usage SET
  input = CASE WHEN input BETWEEN 0 AND 1099511627776 THEN input ELSE 0 END,
  output = CASE WHEN output BETWEEN 0 AND 1099511627776 THEN output ELSE 0 END,
  cache_write = CASE WHEN cache_write BETWEEN 0 AND 1099511627776 THEN cache_write ELSE 0 END,
  cache_read = CASE WHEN cache_read BETWEEN 0 AND 1099511627776 THEN cache_read ELSE 0 END
WHERE NOT (input BETWEEN 0 AND 1099511627776 AND output BETWEEN 0 AND 1099511627776
  AND cache_write BETWEEN 0 AND 1099511627776 AND cache_read BETWEEN 0 AND 1099511627776);
UPDATE result SET duration_s = NULL WHERE duration_s NOT BETWEEN 0 AND 1e9;
UPDATE result SET exit_code = NULL WHERE exit_code NOT BETWEEN -2147483648 AND 4294967295;
UPDATE call SET timeout_s = NULL WHERE timeout_s NOT BETWEEN 0 AND 1e9;
