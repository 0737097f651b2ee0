"""The times that a lesson was seen: a part of them, how they lie in time, and how many sessions had none."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from datetime import date

from twiceshy.archive.times import parse_time
from twiceshy.records.lessons import SaidMessage
from twiceshy.records.rules import Fate, RuleKind
from twiceshy.records.trial_effects import GivenAdvice

_GIVEN = """FROM advice a WHERE NOT a.overridden AND NOT a.placebo AND (
  (a.category NOT IN (?1, ?2, '') AND a.rule IN (SELECT id FROM rule WHERE lesson = ?3))
  OR (a.category = ?1 AND a.rule IN (SELECT key FROM lesson_key WHERE lesson = ?3)))"""
"""As ``advice_cases`` has it: whole briefs and placebos are on no side."""


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


def name_advice(connection: sqlite3.Connection, lesson: bytes) -> set[str]:
    """Return the names by which the effects of a lesson's rules, and of its own in briefs, are known."""
    rules = connection.execute("SELECT id FROM rule WHERE lesson = ?", (lesson,)).fetchall()
    keys = connection.execute("SELECT key FROM lesson_key WHERE lesson = ?", (lesson,)).fetchall()
    return {f"w-{rule.hex()}" for (rule,) in rules} | {f"l-{key.hex()}" for (key,) in keys}


def read_advice(connection: sqlite3.Connection, lesson: bytes, limit: int) -> tuple[int, list[GivenAdvice]]:
    """Return how often a lesson's advice was given or held out, and the newest of these times."""
    values = (RuleKind.TOLD, RuleKind.BRIEF, lesson)
    ((total,),) = connection.execute(f"SELECT count(*) {_GIVEN}", values)
    rows = connection.execute(
        f"""SELECT a.at, a.session, coalesce(a.call, x''), a.category = ?1, a.shown, a.outcome,
          EXISTS (SELECT 1 FROM session s WHERE s.uid = a.session) {_GIVEN} ORDER BY a.at DESC, a.uid LIMIT ?4""",  # noqa: S608  # literals of this room
        (*values, limit),
    )
    return int(total), [
        GivenAdvice(parse_time(at), session, call, bool(told), bool(shown), Fate(end) if end else None, bool(stored))
        for at, session, call, told, shown, end, stored in rows
    ]


# What tests, compilers and linters said at the occurrences of each lesson, counted by project.


def read_messages(connection: sqlite3.Connection) -> Iterator[SaidMessage]:
    """Yield what was said of each mistake that is no quotation by nature: those have no cause."""
    rows = connection.execute(
        """SELECT p.vector_db_id, coalesce(o.project_path, ''), o.error_message, count(*), count(DISTINCT o.session)
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        JOIN lesson l ON l.id = p.vector_db_id
        WHERE o.source = 'test' AND l.root_cause <> '' AND NOT l.imported
        GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 3, 2"""
    )
    return (SaidMessage(*row) for row in rows)


def count_sessions(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many sessions each project has, by its name; logs that imitate an agent do not count."""
    rows = connection.execute(
        """SELECT p.name, count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE s.real GROUP BY 1"""
    )
    return dict(rows.fetchall())
