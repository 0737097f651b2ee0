"""What every lesson is chosen and ordered by, without its texts, and where lessons were seen."""

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from twiceshy.archive.times import parse_time
from twiceshy.records import ids
from twiceshy.records.codec import read_value
from twiceshy.records.lesson_lists import LessonMark, QuotedLesson
from twiceshy.records.lessons import LessonKind, LessonState

_DELETED = "deleted"
_STATES = {state.value: state for state in LessonState}


def read_marks(connection: sqlite3.Connection) -> list[LessonMark]:
    """Return what every lesson is chosen and ordered by, in no order."""
    said = dict(connection.execute("SELECT lesson, state FROM lesson_review WHERE state IS NOT NULL").fetchall())
    ratings = dict(
        connection.execute(
            "SELECT uid, value FROM rating WHERE kind = ? AND rated_by = 'user'", (ids.LESSON,)
        ).fetchall()
    )
    rows = connection.execute(
        "SELECT id, state, category, scope_of, observations, successes, failures, last_seen FROM lesson"
    )
    read = datetime.fromisoformat
    with read_value("lesson"):  # once for all: thousands are read to show fifty
        return [
            LessonMark(
                key,
                _STATES[said.get(key, state)],
                category,
                scope,
                observations,
                right,
                wrong,
                ratings.get(key),
                read(seen) if seen else None,
            )
            for key, state, category, scope, observations, right, wrong, seen in rows
            if said.get(key) != _DELETED
        ]


def read_quotations(connection: sqlite3.Connection) -> list[QuotedLesson]:
    """Return the lessons that are somebody's words, which nobody put in others."""
    rows = connection.execute(
        """SELECT l.id, l.category, coalesce(r.state, l.state), l.sessions, l.description, l.last_seen
        FROM lesson l LEFT JOIN lesson_review r ON r.lesson = l.id
        WHERE l.quoted AND r.description IS NULL AND coalesce(r.state, '') <> 'deleted'"""
    )
    return [
        QuotedLesson(key, category, _STATES[state], sessions, said, parse_time(seen))
        for key, category, state, sessions, said, seen in rows
    ]


def list_projects(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the projects where a lesson was seen."""
    rows = connection.execute("SELECT DISTINCT project_path FROM mistake_occurrences ORDER BY 1")
    return [name for (name,) in rows]


def find_in_projects(connection: sqlite3.Connection, projects: Collection[str]) -> set[bytes]:
    """Return the lessons that were seen in one of the projects, by name."""
    rows = connection.execute(
        """SELECT DISTINCT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE o.project_path IN (SELECT value FROM json_each(?))""",
        (json.dumps(sorted(projects)),),
    )
    return {key for (key,) in rows}


_MOST_NEAR = 500
"""Lessons on one subject that are compared with one, the most often seen (guess, 2026-11-23: .1 s)."""


def find_neighbours(connection: sqlite3.Connection, kind: LessonKind, subject: str) -> list[bytes]:
    """Return the keys of the lessons of a kind on one subject, the most often seen first."""
    rows = connection.execute(
        "SELECT id FROM lesson WHERE kind = ? AND subject = ? ORDER BY observations DESC, id LIMIT ?",
        (kind, subject, _MOST_NEAR),
    )
    return [key for (key,) in rows]
