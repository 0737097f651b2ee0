"""Lessons as they are stored, with what a person decided about them."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from twiceshy.archive.lesson_table import LESSON, OCCURRENCE
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Provenance, Scrubbed
from twiceshy.records import ids
from twiceshy.records.codec import Codec, read_value
from twiceshy.records.lessons import (
    LastWork,
    Lesson,
    LessonKind,
    LessonMark,
    LessonState,
    MistakePlace,
    Occurrence,
    OwnWords,
    QuotedLesson,
)

_AT_ONCE = 500
"""Values of one statement (guess, 2026-11-22)."""
_ID_BYTES = 8
"""Of a lesson, by definition in the schema."""
_REVIEWED = {
    "description": "coalesce(r.description, l.description)",
    "root_cause": "coalesce(r.root_cause, l.root_cause)",
    "quoted": "l.quoted AND r.description IS NULL",
    "state": "coalesce(r.state, l.state)",
}
_LESSON = f"""
SELECT {LESSON.select("l", **_REVIEWED)},
  (SELECT json_group_object(model_name, frequency) FROM mistake_patterns WHERE vector_db_id = l.id),
  (SELECT json_group_object(agent, n) FROM (SELECT o.agent AS agent, count(*) AS n FROM mistake_occurrences o
    JOIN mistake_patterns p ON p.id = o.pattern_id WHERE p.vector_db_id = l.id GROUP BY o.agent)),
  (SELECT value FROM rating WHERE kind = '{ids.LESSON}' AND uid = l.id AND rated_by = 'user'),
  EXISTS (SELECT 1 FROM mistake_patterns WHERE vector_db_id = l.id AND user_corrections > 0),
  (SELECT body FROM team_knowledge WHERE here = l.id AND kind = 'lesson')
FROM lesson l LEFT JOIN lesson_review r ON r.lesson = l.id
"""  # noqa: S608  # literals of this room


def read_lessons(connection: sqlite3.Connection) -> list[Lesson]:
    """Return every lesson, the most often seen first."""
    rows = connection.execute(f"{_LESSON} WHERE coalesce(r.state, '') <> 'deleted' ORDER BY l.observations DESC, l.id")
    return [_decode_lesson(row) for row in rows]


def read_by_key(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Lesson]:
    """Return those of the lessons that are stored, by key; keys have 8 bytes."""
    marks = ",".join("?" * len(keys))
    rows = connection.execute(f"{_LESSON} WHERE coalesce(r.state, '') <> 'deleted' AND l.id IN ({marks})", tuple(keys))
    return {row[0]: _decode_lesson(row) for row in rows}


def read_learned(connection: sqlite3.Connection, keys: Collection[bytes]) -> dict[bytes, Lesson]:
    """Return lessons by key in the words that were learned, whatever a person wrote since; models and agents left."""
    rows = connection.execute(
        f"SELECT {LESSON.select('l')} FROM lesson l WHERE hex(l.id) IN (SELECT value FROM json_each(?)) ORDER BY l.id",  # noqa: S608  # literals of this room
        (json.dumps([key.hex().upper() for key in keys]),),
    )
    return {row[0]: LESSON.unpack(row, models={}, agents={}) for row in rows}


_APPLICABLE = """FROM lesson l LEFT JOIN lesson_review r ON r.lesson = l.id
WHERE coalesce(r.state, l.state) IN (SELECT value FROM json_each(?)) AND ? IN ('', l.subject)
  AND (l.scope NOT IN ('file', 'project') OR l.scope_of = '' OR ? IN ('', l.scope_of))"""


def has_any(connection: sqlite3.Connection, states: Collection[LessonState], project: str, subject: str) -> bool:
    """Tell whether a lesson in one of the states, on the subject, applies in the project; empty: any."""
    values = json.dumps(sorted(states)), subject, project
    return connection.execute(f"SELECT 1 {_APPLICABLE} LIMIT 1", values).fetchone() is not None


def read_words(
    connection: sqlite3.Connection, states: Collection[LessonState], project: str, subject: str
) -> list[tuple[bytes, str, str, str]]:
    """Return key, subject, description and root cause of such lessons, by key."""
    return connection.execute(
        f"""SELECT l.id, l.subject, coalesce(r.description, l.description), coalesce(r.root_cause, l.root_cause)
        {_APPLICABLE} ORDER BY l.id""",
        (json.dumps(sorted(states)), subject, project),
    ).fetchall()


def find_by_prefix(connection: sqlite3.Connection, start: ids.IdPrefix, limit: int) -> list[Lesson]:
    """Return the lessons whose id begins so, at most ``limit``."""
    rows = connection.execute(f"{_LESSON} WHERE l.id BETWEEN ? AND ? LIMIT ?", (*start.bounds(_ID_BYTES), limit))
    return [_decode_lesson(row) for row in rows]


def find_by_slug(connection: sqlite3.Connection, slug: str) -> Lesson | None:
    """Return the lesson with that readable name; None where there is none."""
    row = connection.execute(f"{_LESSON} WHERE l.slug = ?", (slug,)).fetchone()
    return _decode_lesson(row) if row else None


def find_by_subject(connection: sqlite3.Connection, subjects: Collection[str]) -> list[Lesson]:
    """Return the lessons on how one of these tools or programs is called, the most often seen first."""
    marks = ", ".join("?" * len(subjects))
    rows = connection.execute(
        f"""{_LESSON} WHERE l.kind = ? AND l.subject IN ({marks}) AND coalesce(r.state, '') <> 'deleted'
        ORDER BY l.observations DESC, l.id""",
        (LessonKind.USAGE, *subjects),
    )
    return [_decode_lesson(row) for row in rows]


def read_keys(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Return each stored key with its lesson."""
    return dict(connection.execute("SELECT key, lesson FROM lesson_key").fetchall())


def read_spoken(connection: sqlite3.Connection) -> list[tuple[bytes, str, str, str]]:
    """Return key, time, words and agent of each stored correction and refusal whose time is known."""
    return connection.execute(
        """SELECT key, timestamp, error_message, agent FROM mistake_occurrences
        WHERE source IN ('correction', 'rejection') AND timestamp IS NOT NULL"""
    ).fetchall()


def read_deleted(connection: sqlite3.Connection) -> set[bytes]:
    """Return the lessons that a person does not want to be learned again."""
    return {key for (key,) in connection.execute("SELECT lesson FROM lesson_review WHERE state = 'deleted'")}


def read_own_words(connection: sqlite3.Connection, lesson: bytes) -> OwnWords:
    """Return what a person wrote in place of a lesson's texts."""
    row = connection.execute("SELECT description, root_cause FROM lesson_review WHERE lesson = ?", (lesson,)).fetchone()
    return OwnWords(*row) if row else OwnWords(None, None)


def read_last_review(connection: sqlite3.Connection) -> str | None:
    """Return when a person last decided about any lesson; None where nobody did."""
    ((at,),) = connection.execute("SELECT max(at) FROM lesson_review")
    return None if at is None else str(at)


_NAMES = Codec(dict[str, int])


def _decode_lesson(row: tuple[Any, ...]) -> Lesson:
    """Decode a lesson from the columns of ``_LESSON``.

    Its confidence is for the reader to compute, as it depends on the day.
    """
    *columns, models, agents, rating, said, told = row
    speaker = Provenance.PERSON if said else Provenance.TOOL
    lesson = LESSON.unpack(
        columns, models=_NAMES.decode(models), agents=_NAMES.decode(agents), rating=rating, provenance=speaker
    )
    if told is None:
        return lesson
    from twiceshy.archive.team_knowledge import TEAM, decode_evidence  # noqa: PLC0415  # most are of no team

    return replace(lesson, team=decode_evidence(told, only=lesson.actor == TEAM))


def read_occurrences(
    connection: sqlite3.Connection, lesson: bytes, limit: int, *, skip: int = 0
) -> Iterator[Occurrence]:
    """Yield the newest occurrences of a lesson, behind so many."""
    rows = connection.execute(
        f"""SELECT p.model_name, {OCCURRENCE.select("o")}
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE p.vector_db_id = ? ORDER BY o.timestamp DESC, o.id DESC LIMIT ? OFFSET ?""",  # noqa: S608  # literals of this room
        (lesson, limit, skip),
    )
    for model, *columns in rows:
        yield OCCURRENCE.unpack(columns, model=model)


def read_rules_of_events(connection: sqlite3.Connection, events: Sequence[bytes]) -> dict[bytes, list[str]]:
    """Return the names of the linters' and compilers' rules that these calls were red for, by call."""
    found: dict[bytes, list[str]] = {}
    for start in range(0, len(events), _AT_ONCE):
        some = events[start : start + _AT_ONCE]
        rows = connection.execute(
            f"""SELECT DISTINCT o.event, l.trigger ->> '$.error_regex' FROM mistake_occurrences o
            JOIN mistake_patterns p ON p.id = o.pattern_id JOIN lesson l ON l.id = p.vector_db_id
            WHERE o.event IN ({",".join("?" * len(some))}) AND o.source = 'test' AND NOT l.quoted
            ORDER BY 2""",  # noqa: S608  # literals of this room
            some,
        )
        for event, rule in rows:
            if rule and " " not in rule:  # an error without a rule of its own is known by its words
                found.setdefault(event, []).append(rule)
    return found


def read_last_work(connection: sqlite3.Connection, now: datetime) -> LastWork:
    """Return when work was last recorded, by which lessons age."""
    ends = connection.execute(
        """SELECT p.name, max(coalesce(s.last_at, s.first_at)) FROM session s JOIN project p ON p.id = s.project_id
        WHERE s.real = 1 GROUP BY p.name"""
    )
    later = connection.execute(
        """SELECT seen.lesson, count(DISTINCT s.id) FROM (
            SELECT l.id AS lesson, o.project_path AS project, max(s.id) AS last FROM lesson l
            CROSS JOIN mistake_patterns p ON p.vector_db_id = l.id
            CROSS JOIN mistake_occurrences o ON o.pattern_id = p.id
            CROSS JOIN session s ON s.uid = o.session
            WHERE l.last_seen IS NULL GROUP BY 1, 2
          ) seen
        JOIN project ON project.name = seen.project JOIN session s ON s.project_id = project.id AND s.id > seen.last
        GROUP BY seen.lesson"""  # CROSS JOIN keeps this order: few lessons have no date
    )
    return LastWork(
        now=now,
        by_project={name: at for name, text in ends if (at := parse_time(text)) is not None},
        later_sessions={f"l-{key.hex()}": count for key, count in later},
    )


def read_places(connection: sqlite3.Connection, lesson: bytes) -> list[MistakePlace]:
    """Return where and when a lesson's mistake was made in real sessions, oldest first."""
    rows = connection.execute(
        """SELECT pr.identity, coalesce(s.cwd, ''), s.uid, o.fixed OR o.source IN ('correction', 'rejection'),
          o.timestamp
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        JOIN session s ON s.uid = o.session JOIN project pr ON pr.id = s.project_id
        WHERE p.vector_db_id = ? AND s.real = 1 ORDER BY o.timestamp, o.id""",
        (lesson,),
    )
    return [
        MistakePlace(lesson, project, folder, session, bool(corrected), parse_time(at))
        for project, folder, session, corrected, at in rows
    ]


def count_rules(connection: sqlite3.Connection, lesson: bytes) -> int:
    """Return how many rules that speak were made of a lesson."""
    ((count,),) = connection.execute("SELECT count(*) FROM rule WHERE lesson = ? AND level <> 'silent'", (lesson,))
    return int(count)


def read_fixes(connection: sqlite3.Connection, lesson: bytes, limit: int) -> list[tuple[Scrubbed, int, int]]:
    """Return the fixes of a lesson, best first: the lines, times applied, times that the mistake was gone then."""
    rows = connection.execute(
        """SELECT fix, times_applied, times_green FROM successful_fixes WHERE lesson = ?
        ORDER BY times_green DESC, times_applied, fix LIMIT ?""",
        (lesson, limit),
    )
    return [(Scrubbed(fix), applied, green) for fix, applied, green in rows]


def read_costs(connection: sqlite3.Connection) -> dict[bytes, list[float]]:
    """Return for each lesson the seconds until the mistake was gone, where that was seen."""
    found: dict[bytes, list[float]] = {}
    for lesson, seconds in connection.execute(
        """SELECT p.vector_db_id, o.cost_s FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE o.cost_s IS NOT NULL"""
    ):
        found.setdefault(lesson, []).append(seconds)
    return found


# What every lesson is chosen and ordered by, without its texts, and where lessons were seen.

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
