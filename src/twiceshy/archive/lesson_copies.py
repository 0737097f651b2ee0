"""Join two lessons, and put one back that was joined or deleted, from a copy that was taken before.

A copy lives in the memory of a process only: no text of a lesson is stored twice.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from twiceshy.archive.lesson_rows import PROGRAM, recount
from twiceshy.records.lesson_copies import LessonCopy, StoredRow

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
