"""Writing what somebody said of a piece of work: one row a speaker and thing."""

import sqlite3

from twiceshy.archive.rows import clean
from twiceshy.archive.times import format_time
from twiceshy.records.ratings import Rating


def put_rating(connection: sqlite3.Connection, one: Rating) -> None:
    """Store a rating in place of what the same speaker said before. The caller holds the transaction."""
    connection.execute(
        """INSERT OR REPLACE INTO rating (kind, uid, rated_by, session, value, comment, at)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            one.kind,
            one.uid,
            one.rated_by.value,
            one.session,
            one.value,
            None if one.comment is None else clean(one.comment),
            format_time(one.at),
        ),
    )


_OF_GOING = """session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going WHERE whole))
  OR (session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going))
    AND ((at >= :since AND at < :until)
      OR (kind = 'c' AND uid IN (SELECT uid FROM prompt WHERE at >= :since AND at < :until))))"""
"""Ratings of what is to be forgotten; ``going`` is the table of ``archive.forget``."""
_TOUCHED = """SELECT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
  WHERE o.session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going))"""
_PLACES = "SELECT p.name FROM session s JOIN project p ON p.id = s.project_id WHERE s.id IN (SELECT id FROM going)"


def count_going(connection: sqlite3.Connection, since: str, until: str) -> int:
    """Count the ratings that ``forget_ratings`` would delete."""
    given = {"since": since, "until": until}
    ((count,),) = connection.execute(f"SELECT count(*) FROM rating WHERE {_OF_GOING}", given)  # noqa: S608  # a literal
    return int(count)


def forget_ratings(connection: sqlite3.Connection, since: str, until: str) -> None:
    """Delete the ratings of sessions that go, and words about lessons and warnings that may quote them.

    The ratings of those stay, as a person's decisions do. Call it while sessions, rules and lessons are still there.
    """
    given = {"since": since, "until": until}
    connection.execute(f"DELETE FROM rating WHERE {_OF_GOING}", given)  # noqa: S608  # a literal
    connection.execute(f"UPDATE rating SET comment = NULL WHERE kind = 'l' AND uid IN ({_TOUCHED})")  # noqa: S608  # as above
    connection.execute(
        f"""UPDATE rating SET comment = NULL WHERE kind = 'w' AND EXISTS (SELECT 1 FROM going)
        AND NOT EXISTS (SELECT 1 FROM rule r WHERE r.id = rating.uid
          AND r.project <> '' AND r.project NOT IN ({_PLACES}) AND coalesce(r.lesson NOT IN ({_TOUCHED}), 1))"""  # noqa: S608  # as above
    )
