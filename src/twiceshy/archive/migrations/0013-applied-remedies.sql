-- What `suggest --write` put into files of the user's, so that it can be taken out again byte for byte.

CREATE TABLE applied_remedy ( -- One line or setting that stands, or stood, in a file.
  id TEXT NOT NULL, -- of the insight ('i-…') or project fact ('p-…')
  path TEXT NOT NULL, -- of the file
  kind TEXT NOT NULL, -- records.insights.RemedyKind
  project TEXT NOT NULL, -- its name; empty where it holds everywhere
  identity TEXT NOT NULL, -- project.identity
  text TEXT NOT NULL, -- the line as it was written, of our words and quoted names only; of a setting its key and value
  applied_at TEXT, -- NULL: it was about to be written
  undone_at TEXT, -- NULL: it was not taken out by us
  gap TEXT NOT NULL, -- white space that was put before the block
  created INTEGER NOT NULL, -- 1: there was no such file before
  folder_created INTEGER NOT NULL, -- 1: nor its folder
  insertions TEXT NOT NULL, -- JSON: [offset, text] of what was put into a settings file
  made TEXT NOT NULL, -- JSON: keys that came with a setting
  digest TEXT NOT NULL, -- of the settings file with the setting in it
  PRIMARY KEY (id, path)
) STRICT, WITHOUT ROWID;
