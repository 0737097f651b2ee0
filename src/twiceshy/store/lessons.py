"""Writing lessons: occurrences are the truth, and every count is made of them in the same transaction.

A session's occurrences take the place of those that it had, so that learning twice changes nothing and a changed rule
leaves nothing of the old one. A writer takes SQLite's write lock before it reads, so counts are exact however many
write at once.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from twiceshy.records.lessons import Lesson, Occurrence, State
from twiceshy.records.text import Scrubbed
from twiceshy.store.rows import instant

DELETED = "deleted"
PROGRAM = "program"
"""As whose a program's calls are noted, where agents have their names."""


class Kept(NamedTuple):
    """An occurrence with the lesson that it is one of."""

    key: bytes
    """By which it was known."""
    lesson: Lesson
    """What it says if it is new; its counts are not used."""
    occurrence: Occurrence
    fixed: bool


def id_of(lesson: Lesson) -> bytes:
    """The bytes of ``l-…``."""
    return bytes.fromhex(lesson.id.partition("-")[2])


def put(
    connection: sqlite3.Connection, sessions: Sequence[bytes], kept: Iterable[Kept], aliases: Mapping[bytes, bytes]
) -> None:
    """Nothing; the sessions' occurrences are these and no others. The caller holds the transaction.

    ``aliases``: keys that were found to mean a lesson with another id.
    """
    touched = set(_clear(connection, sessions))
    for one in kept:
        lesson = lesson_of(connection, one, aliases)
        touched.add(lesson)
        pattern = _pattern(connection, lesson, one)
        connection.execute(
            """INSERT INTO mistake_occurrences (pattern_id, key, session, event, agent, project_path,
              file_path, generated_code, error_message, timestamp, source, cost_s, fix, fixed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (session, event, key) DO UPDATE SET fix = excluded.fix, fixed = excluded.fixed,
              cost_s = excluded.cost_s WHERE agent = 'program' AND excluded.fixed""",
            (pattern, one.key, *_values(one)),
        )
    recount(connection, touched)


def _values(one: Kept) -> tuple[object, ...]:
    seen = one.occurrence
    return (
        seen.session, seen.event, seen.agent, seen.project, seen.file or None, seen.code or None, seen.message,
        instant(seen.at), seen.source, seen.cost_s or None, seen.fix or None, one.fixed,
    )  # fmt: skip


def _clear(connection: sqlite3.Connection, sessions: Sequence[bytes]) -> list[bytes]:
    """The lessons that lost an occurrence."""
    found: list[bytes] = []
    for session in sessions:
        rows = connection.execute(
            """SELECT DISTINCT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
            WHERE o.session = ?""",
            (session,),
        )
        found += [lesson for (lesson,) in rows]
        connection.execute("DELETE FROM mistake_occurrences WHERE session = ?", (session,))
    return found


def lesson_of(connection: sqlite3.Connection, one: Kept, aliases: Mapping[bytes, bytes]) -> bytes:
    """The id of the lesson that an occurrence is one of; made where there is none."""
    row = connection.execute("SELECT lesson FROM lesson_key WHERE key = ?", (one.key,)).fetchone()
    if row:
        return bytes(row[0])
    alias = aliases.get(one.key)
    if alias and connection.execute("SELECT 1 FROM lesson WHERE id = ?", (alias,)).fetchone():
        connection.execute("INSERT INTO lesson_key (key, lesson) VALUES (?, ?)", (one.key, alias))
        return alias
    add(connection, one.lesson, imported=False)
    return id_of(one.lesson)


def add(connection: sqlite3.Connection, lesson: Lesson, *, imported: bool) -> None:
    """Nothing; the lesson is there, with its own id as its key. One that is there already stays as it is."""
    key = id_of(lesson)
    connection.execute(
        """INSERT OR IGNORE INTO lesson (id, slug, kind, subject, category, severity, description, root_cause, trigger,
          steps, bad, good, contexts, scope, scope_of, actor, quoted, observations, sessions, projects, warnings,
          successes, failures, first_seen, last_seen, state, imported)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            key, lesson.slug, lesson.kind, lesson.subject, lesson.category, lesson.severity, lesson.description,
            lesson.root_cause, json.dumps(plain(lesson.trigger)), json.dumps([plain(step) for step in lesson.steps]),
            lesson.bad, lesson.good, json.dumps(list(lesson.contexts)), lesson.scope, lesson.scope_of, lesson.actor,
            lesson.quoted, lesson.observations if imported else 0, lesson.sessions if imported else 0,
            lesson.projects if imported else 0, lesson.warnings, lesson.successes, lesson.failures,
            instant(lesson.first_seen), instant(lesson.last_seen), lesson.state, imported,
        ),
    )  # fmt: skip
    connection.execute("INSERT OR IGNORE INTO lesson_key (key, lesson) VALUES (?, ?)", (key, key))


def plain(record: object) -> object:
    """A record as JSON's own types, without what is empty; bytes as hex."""
    if isinstance(record, bytes):
        return record.hex()
    if isinstance(record, tuple | list):
        return [plain(one) for one in record]
    values = asdict(record) if hasattr(record, "__dataclass_fields__") else record  # type: ignore[call-overload]  # just asked
    if isinstance(values, Mapping):
        return {key: plain(one) for key, one in values.items() if one}
    return values


def _pattern(connection: sqlite3.Connection, lesson: bytes, one: Kept) -> int:
    model = one.occurrence.model
    connection.execute(
        """INSERT OR IGNORE INTO mistake_patterns (vector_db_id, model_name, error_signature, category, severity,
          frequency, fix_applied, user_corrections, test_failures, archived)
        SELECT id, ?, slug, category, severity, 0, 0, 0, 0, 0 FROM lesson WHERE id = ?""",
        (model, lesson),
    )
    ((pattern,),) = connection.execute(
        "SELECT id FROM mistake_patterns WHERE vector_db_id = ? AND model_name = ?", (lesson, model)
    )
    return int(pattern)


def recount(connection: sqlite3.Connection, lessons: Iterable[bytes]) -> None:
    """Nothing; counts, times, examples and scope are those of the occurrences. A lesson that has none is gone."""
    for lesson in sorted(lessons):
        connection.execute(_RECOUNT_PATTERNS, (lesson,))
        connection.execute("DELETE FROM mistake_patterns WHERE vector_db_id = ? AND frequency = 0", (lesson,))
        connection.execute(_RECOUNT, {"it": lesson})
        connection.execute("DELETE FROM lesson WHERE id = ? AND observations = 0 AND NOT imported", (lesson,))


_RECOUNT_PATTERNS = """
UPDATE mistake_patterns SET (frequency, first_seen, last_seen, fix_applied, user_corrections, test_failures) =
  (SELECT count(*), min(timestamp), max(timestamp), coalesce(sum(fixed), 0),
    coalesce(sum(source IN ('correction', 'rejection')), 0), coalesce(sum(source = 'test'), 0)
  FROM mistake_occurrences WHERE pattern_id = mistake_patterns.id)
WHERE vector_db_id = ?
"""
_RECOUNT = """
WITH o AS (SELECT o.* FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
  WHERE p.vector_db_id = :it)
UPDATE lesson SET
  (observations, sessions, projects, first_seen, last_seen) =
    (SELECT count(*), count(DISTINCT session), count(DISTINCT project_path), min(timestamp), max(timestamp) FROM o),
  (bad, good) = (SELECT generated_code, fix FROM o WHERE generated_code IS NOT NULL OR fix IS NOT NULL
    ORDER BY (generated_code IS NOT NULL AND fix IS NOT NULL AND fixed) DESC, length(fix) + length(generated_code),
      timestamp LIMIT 1),
  contexts = (SELECT json_group_array(ending) FROM (SELECT ending FROM (
      SELECT CASE WHEN instr(name, '.') THEN '.' || replace(name, rtrim(name, replace(name, '.', '')), '') END AS ending
      FROM (SELECT replace(file_path, rtrim(file_path, replace(file_path, '/', '')), '') AS name FROM o))
    WHERE ending IS NOT NULL GROUP BY ending ORDER BY count(*) DESC, ending LIMIT 5)),
  scope = (SELECT CASE WHEN count(DISTINCT project_path) > 1 THEN 'user' ELSE 'project' END FROM o),
  scope_of = (SELECT CASE WHEN count(DISTINCT project_path) = 1 THEN min(project_path) ELSE '' END FROM o)
WHERE id = :it AND NOT (imported AND NOT EXISTS (SELECT 1 FROM o))
"""


def set_states(connection: sqlite3.Connection, states: Mapping[bytes, State]) -> None:
    """Nothing; each lesson stands so, and its patterns say whether it is archived."""
    connection.executemany("UPDATE lesson SET state = ? WHERE id = ?", [(state, key) for key, state in states.items()])
    connection.executemany(
        "UPDATE mistake_patterns SET archived = ? WHERE vector_db_id = ?",
        [(state is State.ARCHIVED, key) for key, state in states.items()],
    )


def review(
    connection: sqlite3.Connection, lesson: bytes, now: datetime, *, state: str | None = None,
    description: Scrubbed | None = None, root_cause: Scrubbed | None = None,
) -> None:  # fmt: skip
    """Nothing; what a person decided is kept, and what was decided before and is not said again stays."""
    connection.execute(
        """INSERT INTO lesson_review (lesson, state, description, root_cause, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (lesson) DO UPDATE SET state = coalesce(excluded.state, state),
          description = coalesce(excluded.description, description),
          root_cause = coalesce(excluded.root_cause, root_cause), at = excluded.at""",
        (lesson, state, description, root_cause, instant(now)),
    )


def unreview(connection: sqlite3.Connection, lesson: bytes) -> None:
    """Nothing; the person's decision on where it stands is taken back, edited words stay."""
    connection.execute("UPDATE lesson_review SET state = NULL WHERE lesson = ?", (lesson,))


def delete(connection: sqlite3.Connection, lesson: bytes, now: datetime) -> None:
    """Nothing; the lesson and its occurrences are gone, and no key of it is learned again."""
    keys = connection.execute("SELECT key FROM lesson_key WHERE lesson = ?", (lesson,)).fetchall()
    for (key,) in keys:
        connection.execute(
            """INSERT OR REPLACE INTO lesson_review (lesson, state, description, root_cause, at)
            VALUES (?, ?, NULL, NULL, ?)""",
            (key, DELETED, instant(now)),
        )
    connection.execute("DELETE FROM lesson WHERE id = ?", (lesson,))


def forget_whole(connection: sqlite3.Connection, lessons: Iterable[bytes]) -> None:
    """Nothing; these lessons are gone with a person's words for them. Sessions that had them are learned anew."""
    for lesson in lessons:
        connection.execute(
            """DELETE FROM derived WHERE kind = 'lessons' AND key IN (SELECT o.session FROM mistake_occurrences o
              JOIN mistake_patterns p ON p.id = o.pattern_id WHERE p.vector_db_id = ? AND o.agent <> 'program')""",
            (lesson,),
        )
        connection.execute("UPDATE lesson_review SET description = NULL, root_cause = NULL WHERE lesson = ?", (lesson,))
        connection.execute("DELETE FROM lesson WHERE id = ?", (lesson,))


def clear(connection: sqlite3.Connection) -> int:
    """How many lessons there were; nothing of any is left, nor of what was decided."""
    ((count,),) = connection.execute("SELECT count(*) FROM lesson")
    for table in ("mistake_occurrences", "mistake_patterns", "lesson_vector", "lesson_key", "lesson_review", "lesson"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # literals of this room
    connection.execute("DELETE FROM derived WHERE kind = 'lesson-vectors'")
    return int(count)
