-- Lessons: what went wrong more than once, every time that it did, and what a person decided about it.

CREATE TABLE lesson ( -- One thing learned. Its counts are those of mistake_occurrences, written in the same transaction.
  id BLOB PRIMARY KEY, -- 8 bytes: the key that it was first known by; shown as l- and hex
  slug TEXT NOT NULL UNIQUE, -- subject, category and a part of the id
  kind TEXT NOT NULL, -- 'mistake' in the code, 'usage' of a tool
  subject TEXT NOT NULL, -- the language, or the class of tool
  category TEXT NOT NULL,
  severity TEXT NOT NULL, -- 'critical', 'major' or 'minor', before it is raised by its count
  description TEXT NOT NULL, -- scrubbed, as all texts here; words of logs stand in quotation marks
  root_cause TEXT NOT NULL,
  trigger TEXT NOT NULL, -- JSON of records.lessons.Trigger
  steps TEXT NOT NULL, -- JSON of records.lessons.Step
  bad TEXT, -- at most 5 lines
  good TEXT,
  contexts TEXT NOT NULL, -- JSON: kinds of files that it was seen in
  scope TEXT NOT NULL, -- 'file', 'project', 'user' or 'team'
  scope_of TEXT NOT NULL, -- the file or project that it is about
  actor TEXT NOT NULL, -- pseudonym of whose sessions it was seen in
  quoted INTEGER NOT NULL, -- 1: only words of a log or a user; it never becomes active by itself
  observations INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  projects INTEGER NOT NULL,
  warnings INTEGER NOT NULL, -- times that it was shown to an agent
  successes INTEGER NOT NULL, -- of these, times that what it warns of did not happen
  failures INTEGER NOT NULL, -- of these, times that it was wrong
  first_seen TEXT,
  last_seen TEXT,
  state TEXT NOT NULL, -- 'shadow', 'active', 'muted', 'promoted' or 'archived'
  imported INTEGER NOT NULL -- 1: it came from a file, and stays without an occurrence
) STRICT, WITHOUT ROWID;
CREATE INDEX lesson_state ON lesson (state, subject);

CREATE TABLE lesson_key ( -- Every key that a lesson is known by: its own, and those that were merged into it.
  key BLOB PRIMARY KEY, -- 8 bytes
  lesson BLOB NOT NULL REFERENCES lesson ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX lesson_key_lesson ON lesson_key (lesson);

CREATE TABLE lesson_review ( -- What a person decided; it outlives the lesson, so that what is learned again obeys it.
  lesson BLOB PRIMARY KEY, -- lesson.id
  state TEXT, -- 'muted', 'promoted' or 'deleted'; NULL: only the words were edited
  description TEXT, -- in place of the learned one; NULL: it stays
  root_cause TEXT,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lesson_vector ( -- Embeddings, made again at any time.
  lesson BLOB NOT NULL REFERENCES lesson ON DELETE CASCADE,
  collection TEXT NOT NULL, -- 'llm_mistakes' or 'successful_fixes'
  model TEXT NOT NULL, -- what made it
  vector BLOB NOT NULL, -- a mark of the words that it was made of, a scale, 8-bit numbers
  PRIMARY KEY (lesson, collection, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE mistake_patterns ( -- A lesson as one model made it.
  id INTEGER PRIMARY KEY,
  vector_db_id BLOB NOT NULL REFERENCES lesson ON DELETE CASCADE, -- lesson.id
  model_name TEXT NOT NULL, -- empty where the log does not tell
  error_signature TEXT NOT NULL, -- lesson.slug
  category TEXT NOT NULL,
  severity TEXT NOT NULL,
  frequency INTEGER NOT NULL, -- occurrences
  first_seen TEXT,
  last_seen TEXT,
  fix_applied INTEGER NOT NULL, -- occurrences that were gone the next time that it was looked at
  user_corrections INTEGER NOT NULL, -- occurrences that a person pointed out
  test_failures INTEGER NOT NULL, -- occurrences that a test, compiler or linter named
  archived INTEGER NOT NULL,
  UNIQUE (vector_db_id, model_name)
) STRICT;

CREATE TABLE mistake_occurrences ( -- One time that it happened.
  id INTEGER PRIMARY KEY,
  pattern_id INTEGER NOT NULL REFERENCES mistake_patterns ON DELETE CASCADE,
  key BLOB NOT NULL, -- by which it was known, see lesson_key
  session BLOB NOT NULL, -- session.uid
  event BLOB NOT NULL, -- call.uid of the failure, or prompt.uid of a correction
  agent TEXT NOT NULL,
  project_path TEXT NOT NULL, -- the project's name
  file_path TEXT,
  generated_code TEXT, -- at most 5 lines
  error_message TEXT NOT NULL, -- at most 200 characters
  timestamp TEXT,
  source TEXT NOT NULL, -- 'test', 'failure', 'finding', 'correction' or 'rejection'
  cost_s REAL, -- until it was gone; NULL: that was not seen
  fix TEXT, -- at most 5 lines of what was done about it
  fixed INTEGER NOT NULL, -- 1: gone the next time that it was looked at
  UNIQUE (session, event, key)
) STRICT;
CREATE INDEX mistake_occurrences_pattern ON mistake_occurrences (pattern_id);

CREATE VIEW successful_fixes AS -- What was done about a lesson's mistake, how often, and how often it was gone then.
SELECT p.vector_db_id AS lesson, o.fix AS fix, count(*) AS times_applied, sum(o.fixed) AS times_green
FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
WHERE o.fix IS NOT NULL GROUP BY 1, 2;
