-- What lines went with failed and with good runs, the patterns made of them, and what was chosen without being asked for.

CREATE TABLE run_lines ( -- The kinds of lines that one run printed, scrubbed; the newest 120 runs of a command here.
  execution_id BLOB PRIMARY KEY REFERENCES executions ON DELETE CASCADE,
  place_hash BLOB NOT NULL, -- as in executions
  at TEXT NOT NULL,
  failed INTEGER NOT NULL, -- by the command's own status; -1: a pattern ended it, and only feedback can tell
  runtime_s REAL NOT NULL,
  lines TEXT NOT NULL, -- JSON: [[kind of line, s to the first of it, s from there to the last line that belongs to it]]
  marks TEXT NOT NULL -- JSON, the same of each starting pattern that hit
) STRICT, WITHOUT ROWID;
CREATE INDEX run_lines_place ON run_lines (place_hash, at);

CREATE TABLE learned_pattern ( -- Made of run_lines after each run, so that `--match auto` is one look-up.
  place_hash BLOB NOT NULL,
  pattern TEXT NOT NULL, -- RE2
  origin TEXT NOT NULL, -- 'mined' or 'starting'
  chosen INTEGER NOT NULL, -- 1: `--match auto` takes it; 0: too little is known, or it speaks against it
  refused INTEGER NOT NULL, -- 1: feedback called a run that it ended a false positive
  failed_runs INTEGER NOT NULL, -- all that are known of this command here
  failed_hit INTEGER NOT NULL, -- with such a line
  good_runs INTEGER NOT NULL,
  good_hit INTEGER NOT NULL,
  saved_share REAL, -- of the time of the failed runs that it hit, what came after its line
  score REAL, -- of it and those chosen before it: lower 95 % bounds of precision and recall, multiplied
  reason TEXT NOT NULL, -- the evidence, in words
  PRIMARY KEY (place_hash, pattern)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_choice ( -- What `auto` took for one run, why, and what it brought.
  execution_id BLOB NOT NULL REFERENCES executions ON DELETE CASCADE,
  kind TEXT NOT NULL, -- 'match', or the limit's kind as in learned_limit
  value TEXT NOT NULL, -- the patterns, newline between, or seconds
  origin TEXT NOT NULL, -- 'learned', 'starting' or 'none'
  reason TEXT NOT NULL,
  ended INTEGER NOT NULL, -- 1: it ended the run
  saved_s REAL, -- what such a run usually takes beyond the time of this one; NULL: it ended nothing, or that is not known
  wrong INTEGER, -- 1: feedback says that it should not have ended the run; NULL: nothing was said
  PRIMARY KEY (execution_id, kind)
) STRICT, WITHOUT ROWID;
