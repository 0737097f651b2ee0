-- Which calls tried nothing of their own.

CREATE TABLE wait ( -- A call that waited for a running command, typed into it or ended it. It is no attempt.
  call_id INTEGER PRIMARY KEY REFERENCES call ON DELETE CASCADE,
  run BLOB -- call.uid of that command; NULL where nobody knows which
) STRICT;
CREATE INDEX wait_run ON wait (run);
