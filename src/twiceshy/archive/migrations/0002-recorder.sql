-- What hooks note from the moment they are installed; what the logs tell of the same events is in the archive's tables.

CREATE TABLE exposure ( -- One of an agent's events as a hook saw it: ids and salted hashes, never text.
  uid BLOB PRIMARY KEY, -- 16 bytes made from the note
  session BLOB NOT NULL, -- session.uid, though its row may come later
  agent TEXT NOT NULL,
  event TEXT NOT NULL, -- the agent's own word: PreToolUse ...
  at TEXT NOT NULL,
  call BLOB, -- call.uid
  agent_run BLOB, -- NULL in the main dialogue
  prompt TEXT, -- the agent's own id of the prompt
  action TEXT, -- records.events.Action
  path_keys BLOB, -- 8 salted bytes a path, as call.path_key
  word_key BLOB, -- 8 salted bytes of the command's first word, by facts.first_word
  word TEXT -- why a session began, ended or was compacted, of a short list
) STRICT, WITHOUT ROWID;
CREATE INDEX exposure_session ON exposure (session, at);
CREATE INDEX exposure_call ON exposure (call);
