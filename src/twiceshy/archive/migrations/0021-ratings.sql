-- What a person said of a session, a chat, a warning or a lesson. A run's rating stands with the run.

CREATE TABLE rating ( -- One word of one speaker on one thing.
  kind TEXT NOT NULL, -- 's', 'c', 'w' or 'l': see records.ids
  uid BLOB NOT NULL, -- session.uid, prompt.uid of the chat's prompt, rule.id or lesson.id
  rated_by TEXT NOT NULL, -- 'user', or 'agent': told through a tool of an agent, and never evidence of its own work
  session BLOB, -- session.uid of what belongs to one session; NULL for a warning or a lesson
  value INTEGER NOT NULL, -- 1 to 5: bad is 1, neutral 3, good 5
  comment TEXT, -- in the speaker's own words, scrubbed; NULL: none
  at TEXT NOT NULL,
  PRIMARY KEY (kind, uid, rated_by)
) STRICT, WITHOUT ROWID;
CREATE INDEX rating_session ON rating (session);
