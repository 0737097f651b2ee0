"""The times that a lesson was seen: a part of them, how they lie in time, and how many sessions had none."""

import json
import sqlite3
from collections.abc import Collection
from datetime import date


def find_stored(connection: sqlite3.Connection, sessions: Collection[bytes]) -> set[bytes]:
    """Return those of the sessions that are stored."""
    rows = connection.execute(
        "SELECT uid FROM session WHERE hex(uid) IN (SELECT value FROM json_each(?))",
        (json.dumps([uid.hex().upper() for uid in sessions]),),
    )
    return {uid for (uid,) in rows}


def count_months(connection: sqlite3.Connection, lesson: bytes) -> dict[date, int]:
    """Return how often a lesson was seen in each month, by its first day, the oldest first."""
    rows = connection.execute(
        """SELECT substr(o.timestamp, 1, 7), count(*) FROM mistake_occurrences o
        JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE p.vector_db_id = ? AND o.timestamp IS NOT NULL GROUP BY 1 ORDER BY 1""",
        (lesson,),
    )
    return {date.fromisoformat(f"{month}-01"): count for month, count in rows}


def count_again(connection: sqlite3.Connection, lesson: bytes) -> tuple[int, int]:
    """Count the real sessions of a lesson's projects that began after it was first seen: with it again, and all."""
    ((again, later),) = connection.execute(
        """WITH seen AS (SELECT o.session, o.project_path FROM mistake_occurrences o
          JOIN mistake_patterns p ON p.id = o.pattern_id WHERE p.vector_db_id = ?1)
        SELECT coalesce(sum(s.uid IN (SELECT session FROM seen)), 0), count(*)
        FROM session s JOIN project p ON p.id = s.project_id
        WHERE s.real = 1 AND p.name IN (SELECT project_path FROM seen)
          AND s.first_at > (SELECT first_seen FROM lesson WHERE id = ?1)""",
        (lesson,),
    )
    return int(again), int(later)
