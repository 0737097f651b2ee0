-- What the hooks of git noted: that something happened, at which commit, below which processes.

CREATE TABLE git_note ( -- One call of a hook. It holds no text.
  uid BLOB PRIMARY KEY, -- 16 bytes made from the hook's line
  project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
  repository BLOB NOT NULL, -- 8 bytes, drawn when the hooks were installed
  event TEXT NOT NULL, -- 'post-commit', 'post-rewrite', 'post-merge' or 'pre-push'
  at TEXT NOT NULL,
  hash TEXT, -- the commit that HEAD stood at; NULL: no plain file says so
  word TEXT NOT NULL, -- 'amend', 'rebase': what rewrote, or what a commit is part of; 'squash': a merge; or empty
  ancestors TEXT NOT NULL -- processes above the hook, nearest first, each as exposure.owner, blank between
) STRICT, WITHOUT ROWID;
CREATE INDEX git_note_project ON git_note (project_id, at);
CREATE INDEX git_note_hash ON git_note (hash);

CREATE TABLE git_rewrite ( -- A commit and what it became by an amend or a rebase, as git said.
  note BLOB NOT NULL REFERENCES git_note ON DELETE CASCADE,
  place INTEGER NOT NULL, -- from 0, in git's order
  old TEXT NOT NULL, -- hash
  new TEXT NOT NULL, -- hash; the same for commits that were made one
  PRIMARY KEY (note, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX git_rewrite_old ON git_rewrite (old);
CREATE INDEX git_rewrite_new ON git_rewrite (new);
