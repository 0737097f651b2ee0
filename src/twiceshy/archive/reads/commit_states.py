"""Did anything change that is told of a project's commits? Counts and small values only: no commit is read."""

import sqlite3
from hashlib import blake2b

from twiceshy.archive import commit_fates, session_links
from twiceshy.archive.commit_rows import count_fillings
from twiceshy.archive.reads.commits import OF_PROJECT

_COMMITS = f"SELECT count(*), max(id) FROM commit_ WHERE {OF_PROJECT}"  # noqa: S608  # a constant of that module
"""An index answers it."""
_RESULTS = f"SELECT count(*), max(at) FROM ci_result WHERE {OF_PROJECT}"  # noqa: S608  # as above
_REVERTS = f"SELECT commit_hash, by_hash, at FROM told_revert WHERE {OF_PROJECT} ORDER BY 1"  # noqa: S608  # as above
_FORGOTTEN = "SELECT count(*), max(id) FROM forgotten"
"""What is forgotten may leave the counts as they were, where as much came."""
_VALUES = f"""SELECT d.kind, d.key, d.value FROM session s JOIN derived d ON d.kind IN (?2, ?3) AND d.key = s.uid
  WHERE s.{OF_PROJECT} ORDER BY 1, 2"""  # noqa: S608  # as above
_LOOKS = "SELECT key, input_hash FROM derived WHERE kind = ? ORDER BY key"


def hash_commit_inputs(connection: sqlite3.Connection, identity: str, looked_at: str) -> bytes:
    """Return a hash that changes when something is added to what is told of the project's commits, or taken out.

    ``looked_at``: kind of the values that are made of commits a part at a time, so that a part is followed by the next.
    """
    digest = blake2b(repr(count_fillings(connection, identity)).encode(), digest_size=16)
    for select, given in (
        (_COMMITS, (identity,)),
        (_RESULTS, (identity,)),
        (_REVERTS, (identity,)),
        (_FORGOTTEN, ()),
        (_VALUES, (identity, session_links.KIND, commit_fates.KIND)),
        (_LOOKS, (looked_at,)),
    ):
        for row in connection.execute(select, given):
            digest.update(repr(row).encode("utf-8", "backslashreplace"))
        digest.update(b"\0")
    return digest.digest()
