"""Write lessons: occurrences are the truth, and every count is made of them in the same transaction.

A session's occurrences take the place of those that it had, so that learning twice changes nothing and a changed rule
leaves nothing of the old one. A writer takes SQLite's write lock before it reads, so counts are exact however many
write at once.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from twiceshy.archive.lesson_table import LESSON, OCCURRENCE
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.lessons import Lesson, LessonCopy, LessonOccurrence, LessonState, StoredRow

_DELETED = "deleted"
TROUBLE = "trouble"
"""The source of what is learned of all sessions at once and not of each."""
PROGRAM = "program"
"""As whose a program's calls are noted, where agents have their names."""


def id_of(lesson: Lesson) -> bytes:
    """Return the bytes of the id ``l-…``."""
    return bytes.fromhex(lesson.id.partition("-")[2])


def put(
    connection: sqlite3.Connection,
    sessions: Sequence[bytes],
    kept: Iterable[LessonOccurrence],
    aliases: Mapping[bytes, bytes],
) -> None:
    """Store the sessions' occurrences in place of all that they had. The caller holds the transaction.

    ``aliases``: keys that were found to mean a lesson with another id.
    """
    touched = set(_clear_sessions(connection, sessions))
    for one in kept:
        lesson = _find_or_add_lesson(connection, one, aliases)
        touched.add(lesson)
        pattern = _find_or_add_pattern(connection, lesson, one)
        connection.execute(_INSERT_OCCURRENCE, (pattern, one.key, one.fixed, *OCCURRENCE.pack(one.occurrence)))
    recount(connection, touched)


def put_troubles(connection: sqlite3.Connection, kept: Sequence[LessonOccurrence]) -> None:
    """Store all cases of the troubles that recur, in place of those that were stored of them, with today's words.

    The caller holds the transaction. Troubles that are not among them keep what they have.
    """
    forms = LESSON.forms
    touched = set()
    for key in {one.key for one in kept}:
        connection.execute("DELETE FROM mistake_occurrences WHERE key = ?", (key,))
    for one in kept:
        lesson = _find_or_add_lesson(connection, one, {})
        if lesson not in touched:
            words = [
                forms[name].pack(getattr(one.lesson, name)) if name in forms else getattr(one.lesson, name)
                for name in _SAID
            ]
            connection.execute(_SAY, (*words, lesson))
        touched.add(lesson)
        pattern = _find_or_add_pattern(connection, lesson, one)
        connection.execute(_INSERT_OCCURRENCE, (pattern, one.key, one.fixed, *OCCURRENCE.pack(one.occurrence)))
    recount(connection, touched)


_SAID = ("description", "root_cause", "trigger", "steps")
_SAY = f"UPDATE lesson SET {', '.join(f'{name} = ?' for name in _SAID)} WHERE id = ? AND NOT imported"  # noqa: S608  # literals of this room
_INSERT_OCCURRENCE = OCCURRENCE.insert(
    ending="""ON CONFLICT (session, event, key) DO UPDATE SET fix = excluded.fix, fixed = excluded.fixed,
      cost_s = excluded.cost_s WHERE agent = 'program' AND excluded.fixed"""
)


def _clear_sessions(connection: sqlite3.Connection, sessions: Sequence[bytes]) -> list[bytes]:
    """Delete the sessions' occurrences but those of troubles; return the lessons that lost one."""
    found: list[bytes] = []
    for session in sessions:
        rows = connection.execute(
            """SELECT DISTINCT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
            WHERE o.session = ? AND o.source <> ?""",
            (session, TROUBLE),
        )
        found += [lesson for (lesson,) in rows]
        connection.execute("DELETE FROM mistake_occurrences WHERE session = ? AND source <> ?", (session, TROUBLE))
    return found


def _find_or_add_lesson(connection: sqlite3.Connection, one: LessonOccurrence, aliases: Mapping[bytes, bytes]) -> bytes:
    """Return the id of the lesson that an occurrence belongs to; insert it where there is none."""
    row = connection.execute("SELECT lesson FROM lesson_key WHERE key = ?", (one.key,)).fetchone()
    if row:
        if bytes(row[0]) == one.key:
            _refresh_words(connection, one.lesson)
        return bytes(row[0])
    alias = aliases.get(one.key)
    if alias and connection.execute("SELECT 1 FROM lesson WHERE id = ?", (alias,)).fetchone():
        connection.execute("INSERT INTO lesson_key (key, lesson) VALUES (?, ?)", (one.key, alias))
        return alias
    add(connection, one.lesson, imported=False)
    return id_of(one.lesson)


def _refresh_words(connection: sqlite3.Connection, lesson: Lesson) -> None:
    """Replace a lesson's words by those of today's rules; a lesson of an older version would keep its own for good."""
    connection.execute(
        """UPDATE lesson SET description = :description, root_cause = :cause, quoted = :quoted WHERE id = :id
        AND NOT imported AND (description, root_cause, quoted) IS NOT (:description, :cause, :quoted)""",
        {
            "description": lesson.description,
            "cause": lesson.root_cause,
            "quoted": lesson.quoted,
            "id": id_of(lesson),
        },
    )


def add(connection: sqlite3.Connection, lesson: Lesson, *, imported: bool) -> None:
    """Insert a lesson, with its own id as its key; leave one that is there already as it is."""
    key = id_of(lesson)
    row = lesson if imported else replace(lesson, observations=0, sessions=0, projects=0)
    connection.execute(LESSON.insert("OR IGNORE"), (imported, *LESSON.pack(row)))
    connection.execute("INSERT OR IGNORE INTO lesson_key (key, lesson) VALUES (?, ?)", (key, key))


def _find_or_add_pattern(connection: sqlite3.Connection, lesson: bytes, one: LessonOccurrence) -> int:
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
    """Recompute counts, times, examples and scope from the occurrences; delete a lesson that has none."""
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
  (bad, good) = (SELECT generated_code, CASE WHEN fixed OR source <> 'test' THEN fix END FROM o
    WHERE generated_code IS NOT NULL OR fix IS NOT NULL
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


def set_steps(connection: sqlite3.Connection, lesson: Lesson) -> None:
    """Set a lesson's steps and trigger, which all sessions elect; one that came from a file keeps the file's."""
    forms = LESSON.forms
    connection.execute(
        "UPDATE lesson SET trigger = ?, steps = ? WHERE id = ? AND NOT imported",
        tuple(forms[name].pack(getattr(lesson, name)) for name in ("trigger", "steps", "id")),
    )


def set_words(connection: sqlite3.Connection, lesson: Lesson) -> None:
    """Set a lesson's description, which all occurrences choose, and whether it is no more than a quotation."""
    connection.execute(
        "UPDATE lesson SET description = ?, quoted = ? WHERE id = ? AND NOT imported",
        (lesson.description, lesson.quoted, id_of(lesson)),
    )


def quote_repeats(connection: sqlite3.Connection) -> int:
    """Make those lessons quotations whose cases are mostly cases of a recurring trouble too; return how many.

    The trouble's lesson says more of them: which module, in which project, and what to do. A lesson with steps stays,
    as these are what the gate checks.
    """
    done = connection.execute(
        """WITH seen AS (SELECT l.id, l.kind, l.observations, l.sessions, o.session, o.event FROM mistake_occurrences o
          JOIN mistake_patterns p ON p.id = o.pattern_id JOIN lesson l ON l.id = p.vector_db_id),
        trouble AS (SELECT DISTINCT session, event FROM seen
          WHERE kind = 'machine' AND observations >= 3 AND sessions >= 2)
        UPDATE lesson SET quoted = 1 WHERE NOT quoted AND NOT imported AND steps = '[]' AND id IN (
          SELECT id FROM seen WHERE kind <> 'machine' GROUP BY id
          HAVING 2 * sum((session, event) IN (SELECT session, event FROM trouble)) >= count(*))"""
    )
    return done.rowcount


def set_states(connection: sqlite3.Connection, states: Mapping[bytes, LessonState]) -> None:
    """Set the state of each lesson, and whether its patterns are archived."""
    connection.executemany("UPDATE lesson SET state = ? WHERE id = ?", [(state, key) for key, state in states.items()])
    connection.executemany(
        "UPDATE mistake_patterns SET archived = ? WHERE vector_db_id = ?",
        [(state is LessonState.ARCHIVED, key) for key, state in states.items()],
    )


def review(
    connection: sqlite3.Connection,
    lesson: bytes,
    now: datetime,
    *,
    state: str | None = None,
    description: Scrubbed | None = None,
    root_cause: Scrubbed | None = None,
) -> None:
    """Store what a person decided; what was decided before and is not given again stays."""
    connection.execute(
        """INSERT INTO lesson_review (lesson, state, description, root_cause, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (lesson) DO UPDATE SET state = coalesce(excluded.state, state),
          description = coalesce(excluded.description, description),
          root_cause = coalesce(excluded.root_cause, root_cause), at = excluded.at""",
        (lesson, state, description, root_cause, format_time(now)),
    )


def put_words(
    connection: sqlite3.Connection, lesson: bytes, description: Scrubbed | None, root_cause: Scrubbed | None
) -> None:
    """Put a person's words in the place of those they wrote last; None: what was learned holds again."""
    connection.execute(
        "UPDATE lesson_review SET description = ?, root_cause = ? WHERE lesson = ?", (description, root_cause, lesson)
    )


def undo_review(connection: sqlite3.Connection, lesson: bytes) -> None:
    """Undo the person's decision on the lesson's state; edited words stay."""
    connection.execute("UPDATE lesson_review SET state = NULL WHERE lesson = ?", (lesson,))


def delete(connection: sqlite3.Connection, lesson: bytes, now: datetime) -> None:
    """Delete the lesson and its occurrences, and record that no key of it is learned again."""
    keys = connection.execute("SELECT key FROM lesson_key WHERE lesson = ?", (lesson,)).fetchall()
    for (key,) in keys:
        connection.execute(
            """INSERT OR REPLACE INTO lesson_review (lesson, state, description, root_cause, at)
            VALUES (?, ?, NULL, NULL, ?)""",
            (key, _DELETED, format_time(now)),
        )
    connection.execute("DELETE FROM lesson WHERE id = ?", (lesson,))


def remove(connection: sqlite3.Connection, lesson: bytes) -> None:
    """Delete a lesson that others told of; what a person decided about it stays."""
    connection.execute("DELETE FROM lesson WHERE id = ? AND imported", (lesson,))


def move_review(connection: sqlite3.Connection, before: bytes, lesson: bytes) -> None:
    """Let what a person decided about a lesson hold for the one that says the same; what they said of that one wins."""
    connection.execute("UPDATE OR IGNORE lesson_review SET lesson = ? WHERE lesson = ?", (lesson, before))


def forget_lessons(connection: sqlite3.Connection, lessons: Iterable[bytes]) -> None:
    """Delete lessons with a person's words for them; sessions that had them are learned from again."""
    for lesson in lessons:
        connection.execute(
            """DELETE FROM derived WHERE kind = 'lessons' AND key IN (SELECT o.session FROM mistake_occurrences o
              JOIN mistake_patterns p ON p.id = o.pattern_id WHERE p.vector_db_id = ? AND o.agent <> 'program')""",
            (lesson,),
        )
        connection.execute("UPDATE lesson_review SET description = NULL, root_cause = NULL WHERE lesson = ?", (lesson,))
        connection.execute("DELETE FROM lesson WHERE id = ?", (lesson,))


def clear(connection: sqlite3.Connection) -> int:
    """Delete all lessons and all decisions on them; return how many lessons there were."""
    ((count,),) = connection.execute("SELECT count(*) FROM lesson")
    for table in ("mistake_occurrences", "mistake_patterns", "lesson_vector", "lesson_key", "lesson_review", "lesson"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # literals of this room
    connection.execute("DELETE FROM team_knowledge WHERE kind = 'lesson'")
    connection.execute("DELETE FROM derived WHERE kind = 'lesson-vectors'")
    return int(count)


# Join two lessons, and put one back that was joined or deleted, from a copy that was taken before.
#
# A copy lives in the memory of a process only: no text of a lesson is stored twice.

_OF_PATTERN = "pattern_id"


def copy_lesson(connection: sqlite3.Connection, key: bytes) -> LessonCopy:
    """Return a copy of a stored lesson with everything that is known of it."""
    keys = tuple(one for (one,) in connection.execute("SELECT key FROM lesson_key WHERE lesson = ? ORDER BY 1", (key,)))
    (lesson,) = _read_rows(connection, "lesson", "id = ?", (key,))
    patterns = _read_rows(connection, "mistake_patterns", "vector_db_id = ?", (key,))
    models = {row.values["id"]: row.values["model_name"] for row in patterns}
    cases = _read_rows(
        connection,
        "mistake_occurrences",
        "pattern_id IN (SELECT id FROM mistake_patterns WHERE vector_db_id = ?)",
        (key,),
    )
    return LessonCopy(
        key=key,
        keys=keys,
        lesson=lesson,
        reviews=_read_rows(connection, "lesson_review", f"hex(lesson) IN ({_VALUES})", (_list_hex((key, *keys)),)),
        patterns=patterns,
        cases=tuple((models[row.values[_OF_PATTERN]], row) for row in cases),
        rules=tuple(one for (one,) in connection.execute("SELECT id FROM rule WHERE lesson = ?", (key,))),
    )


def join(connection: sqlite3.Connection, gone: LessonCopy, kept: bytes) -> None:
    """Give another lesson all cases, keys and rules of one, which is a lesson of its own no more."""
    _move_cases(connection, gone, kept)
    connection.execute("UPDATE lesson_key SET lesson = ? WHERE lesson = ?", (kept, gone.key))
    connection.execute("UPDATE rule SET lesson = ? WHERE lesson = ?", (kept, gone.key))
    connection.execute("DELETE FROM lesson WHERE id = ?", (gone.key,))
    recount(connection, [kept])


def put_back(connection: sqlite3.Connection, copy: LessonCopy) -> None:
    """Make it a lesson of its own again, with its cases from wherever they are now."""
    hexed = _list_hex(copy.keys)
    holders = {
        one
        for (one,) in connection.execute(
            f"""SELECT DISTINCT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
            WHERE hex(o.key) IN ({_VALUES})""",  # noqa: S608  # literals of this room
            (hexed,),
        )
    }
    _insert(connection, copy.lesson, "OR IGNORE")
    for key in copy.keys:
        connection.execute("INSERT OR REPLACE INTO lesson_key (key, lesson) VALUES (?, ?)", (key, copy.key))
    connection.execute(f"DELETE FROM lesson_review WHERE hex(lesson) IN ({_VALUES})", (hexed,))  # noqa: S608  # literals of this room
    for row in copy.reviews:
        _insert(connection, row, "OR REPLACE")
    _move_cases(connection, copy, copy.key)
    _insert_cases(connection, copy)
    connection.execute(f"UPDATE rule SET lesson = ? WHERE hex(id) IN ({_VALUES})", (copy.key, _list_hex(copy.rules)))  # noqa: S608  # literals of this room
    recount(connection, holders | {copy.key})


_VALUES = "SELECT value FROM json_each(?)"


def _move_cases(connection: sqlite3.Connection, copy: LessonCopy, to: bytes) -> None:
    """Give a lesson all cases that are known by a copied lesson's keys."""
    values = to, _list_hex(copy.keys)
    connection.execute(
        f"""INSERT OR IGNORE INTO mistake_patterns (vector_db_id, model_name, error_signature, category, severity,
          frequency, fix_applied, user_corrections, test_failures, archived)
        SELECT l.id, p.model_name, l.slug, l.category, l.severity, 0, 0, 0, 0, l.state = 'archived'
        FROM lesson l JOIN mistake_patterns p JOIN mistake_occurrences o ON o.pattern_id = p.id
        WHERE l.id = ? AND hex(o.key) IN ({_VALUES})""",  # noqa: S608  # literals of this room
        values,
    )
    connection.execute(
        f"""UPDATE mistake_occurrences SET pattern_id = (SELECT other.id FROM mistake_patterns other
          JOIN mistake_patterns own ON own.model_name = other.model_name
          WHERE own.id = mistake_occurrences.pattern_id AND other.vector_db_id = ?)
        WHERE hex(key) IN ({_VALUES})""",  # noqa: S608  # literals of this room
        values,
    )


def _insert_cases(connection: sqlite3.Connection, copy: LessonCopy) -> None:
    """Insert the cases that were deleted."""
    for row in copy.patterns:
        _insert(connection, StoredRow(row.table, {**row.values, "id": None}), "OR IGNORE")
    patterns = dict(
        connection.execute("SELECT model_name, id FROM mistake_patterns WHERE vector_db_id = ?", (copy.key,)).fetchall()
    )
    for model, row in copy.cases:
        values = {**row.values, "id": None, _OF_PATTERN: patterns[model]}
        _insert(connection, StoredRow(row.table, values), "OR IGNORE")


def _read_rows(
    connection: sqlite3.Connection, table: str, where: str, values: Sequence[object]
) -> tuple[StoredRow, ...]:
    rows = connection.execute(f"SELECT * FROM {table} WHERE {where}", values)  # noqa: S608  # literals of this room
    names = [column[0] for column in rows.description]
    return tuple(StoredRow(table, dict(zip(names, row, strict=True))) for row in rows)


def _insert(connection: sqlite3.Connection, row: StoredRow, how: str) -> None:
    names, marks = ", ".join(row.values), ", ".join("?" * len(row.values))
    connection.execute(f"INSERT {how} INTO {row.table} ({names}) VALUES ({marks})", tuple(row.values.values()))  # noqa: S608  # names of our own schema


def list_sessions(copy: LessonCopy) -> set[bytes]:
    """Return the sessions of a copy's cases, but what programs noted by themselves."""
    return {row.values["session"] for _, row in copy.cases if row.values["agent"] != PROGRAM}


def _list_hex(keys: Iterable[bytes]) -> str:
    return json.dumps([key.hex().upper() for key in keys])
