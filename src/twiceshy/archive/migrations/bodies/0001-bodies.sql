-- Long texts, scrubbed, stored once each, many in one compressed frame so that versions of a file share what is equal.
-- A body is written and committed before any row that refers to it.

CREATE TABLE pack ( -- Bodies one behind the other, compressed together.
  id INTEGER PRIMARY KEY,
  raw_size INTEGER NOT NULL, -- bytes before compression
  data BLOB NOT NULL -- one zstd frame
) STRICT;

CREATE TABLE body ( -- Where a text lies.
  hash BLOB PRIMARY KEY, -- blake2b, 16 bytes, of the text as UTF-8
  pack_id INTEGER NOT NULL,
  offset INTEGER NOT NULL, -- bytes in the unpacked frame
  size INTEGER NOT NULL -- bytes
) STRICT, WITHOUT ROWID;
