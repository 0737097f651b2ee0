"""What of a store was not computed yet: sessions without a verdict, edits without a score."""

import sqlite3

from twiceshy.archive import scored_edits, stored_attempts
from twiceshy.archive.reads.edits import count_edits
from twiceshy.records.figures import EditsToScore


def has_session(connection: sqlite3.Connection) -> bool:
    """Tell whether any session is stored."""
    return connection.execute("SELECT 1 FROM session LIMIT 1").fetchone() is not None


def count_unjudged(connection: sqlite3.Connection) -> int:
    """Return how many sessions were never judged; those at which judging failed do not count.

    Asked of the attempts: a store that an older version judged has none, and without them a report would be silent.
    """
    (found,) = connection.execute(
        """SELECT count(*) FROM session s
        WHERE NOT EXISTS (SELECT 1 FROM derived WHERE kind = :kind AND key = s.uid)
          AND NOT EXISTS (SELECT 1 FROM fault WHERE step = 'judge' AND key = s.uid)""",
        {"kind": stored_attempts.KIND},
    ).fetchone()
    return int(found)


def count_unscored(connection: sqlite3.Connection) -> EditsToScore:
    """Return how many edits are stored, and how many are of sessions that were never scored."""
    counts = count_edits(connection)
    scored = {key for (key,) in connection.execute("SELECT key FROM derived WHERE kind = ?", (scored_edits.KIND,))}
    return EditsToScore(
        edits=sum(counts.values()), open=sum(count for uid, count in counts.items() if uid not in scored)
    )
