"""Projects' rows: under which identities one is known, what it is called, and two that turn out to be one.

A project keeps the identity that it was first stored with, because rules, mutes and counts hang on it; whatever else it
is known by later is an alias. Only where two rows were made of one project do rows move from one to the other.
"""

import sqlite3
from collections.abc import Iterable

from twiceshy.archive import lesson_rows
from twiceshy.archive.rows import hash_body

_COUNTED_BY_PROJECT = ("trials", "named-failures", "named-trials")
"""Kinds of ``derived`` whose values hold keys made of the session's project: they are counted again."""


def add_alias(connection: sqlite3.Connection, identity: str, project: int) -> None:
    """Note that a project is known by that identity too, and no other is. The caller holds the transaction."""
    connection.execute("INSERT OR REPLACE INTO project_alias (identity, project_id) VALUES (?, ?)", (identity, project))
    _forget_alike(connection, project)


def rename(connection: sqlite3.Connection, project: int, name: str) -> None:
    """Call a project by another name, in its lessons too. The caller holds the transaction."""
    ((old,),) = connection.execute("SELECT name FROM project WHERE id = ?", (project,))
    if old == name:
        return
    connection.execute("UPDATE project SET name = ? WHERE id = ?", (name, project))
    connection.execute(
        """UPDATE applied_remedy SET project = ?2
        WHERE identity = (SELECT identity FROM project WHERE id = ?1) AND project <> ''""",
        (project, name),
    )
    _rename_in_lessons(connection, project, name)
    if connection.execute("SELECT 1 FROM project WHERE name = ?", (old,)).fetchone() is None:
        # What programs told, and what came from files, knows a project by its name alone.
        touched = _list_lessons(connection, "o.project_path = ?", (old,))
        connection.execute("UPDATE mistake_occurrences SET project_path = ? WHERE project_path = ?", (name, old))
        connection.execute("UPDATE lesson SET scope_of = ? WHERE scope_of = ?", (name, old))
        lesson_rows.recount(connection, touched)


def move_sessions(connection: sqlite3.Connection, folder: str, project: int, to: int) -> None:
    """Move the sessions of a project that worked in one folder. The caller holds the transaction."""
    _count_again(connection, "project_id = ? AND cwd = ?", (project, folder))
    connection.execute("UPDATE session SET project_id = ? WHERE project_id = ? AND cwd = ?", (to, project, folder))
    ((name,),) = connection.execute("SELECT name FROM project WHERE id = ?", (to,))
    _rename_in_lessons(connection, to, name)


def merge(connection: sqlite3.Connection, project: int, into: int) -> None:
    """Move all that a project has to another, which is then known by its identities too.

    The caller holds the transaction.
    """
    ((identity,),) = connection.execute("SELECT identity FROM project WHERE id = ?", (project,))
    ((kept, name),) = connection.execute("SELECT identity, name FROM project WHERE id = ?", (into,))
    _count_again(connection, "project_id = ?", (project,))
    connection.execute("UPDATE session SET project_id = ? WHERE project_id = ?", (into, project))
    for table in ("commit_", "ci_result", "told_revert", "git_note"):
        connection.execute(f"UPDATE OR IGNORE {table} SET project_id = ? WHERE project_id = ?", (into, project))  # noqa: S608  # literals
        connection.execute(f"DELETE FROM {table} WHERE project_id = ?", (project,))  # noqa: S608  # what the other has already
    connection.execute("UPDATE OR IGNORE pulled_record SET project = ? WHERE project = ?", (kept, identity))
    connection.execute("DELETE FROM pulled_record WHERE project = ?", (identity,))
    connection.execute("UPDATE applied_remedy SET identity = ?, project = ? WHERE identity = ?", (kept, name, identity))
    connection.execute("UPDATE project_alias SET project_id = ? WHERE project_id = ?", (into, project))
    connection.execute("DELETE FROM project WHERE id = ?", (project,))
    add_alias(connection, identity, into)
    _rename_in_lessons(connection, into, name)


def _count_again(connection: sqlite3.Connection, condition: str, values: tuple[int | str, ...]) -> None:
    kinds = ", ".join(f"'{kind}'" for kind in _COUNTED_BY_PROJECT)
    connection.execute(
        f"DELETE FROM derived WHERE kind IN ({kinds}) AND key IN (SELECT uid FROM session WHERE {condition})",  # noqa: S608  # literals of this room
        values,
    )


def _rename_in_lessons(connection: sqlite3.Connection, project: int, name: str) -> None:
    """Let the cases of a project's sessions say its name."""
    mine = "o.project_path <> ? AND o.session IN (SELECT uid FROM session WHERE project_id = ?)"
    touched = _list_lessons(connection, mine, (name, project))
    connection.execute(
        """UPDATE mistake_occurrences SET project_path = ?1
        WHERE project_path <> ?1 AND session IN (SELECT uid FROM session WHERE project_id = ?2)""",
        (name, project),
    )
    lesson_rows.recount(connection, touched)


def _list_lessons(connection: sqlite3.Connection, condition: str, values: tuple[int | str, ...]) -> Iterable[bytes]:
    return {
        lesson
        for (lesson,) in connection.execute(
            f"""SELECT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
            WHERE {condition}""",  # noqa: S608  # literals of this room
            values,
        )
    }


def _forget_alike(connection: sqlite3.Connection, project: int) -> None:
    """Let what was forgotten of a project under one of its identities be forgotten under each of them."""
    identities = connection.execute(
        "SELECT identity FROM project WHERE id = ?1 UNION SELECT identity FROM project_alias WHERE project_id = ?1",
        (project,),
    )
    keys = [hash_body(identity.encode()) for (identity,) in identities]
    marks = ", ".join("?" * len(keys))
    rules = connection.execute(
        f"""SELECT DISTINCT session, from_at, until_at, forgotten_at FROM forgotten WHERE project IN ({marks})""",  # noqa: S608  # only marks
        keys,
    ).fetchall()
    for rule in rules:
        for key in keys:
            connection.execute(
                """INSERT INTO forgotten (session, project, from_at, until_at, forgotten_at) SELECT ?1, ?2, ?3, ?4, ?5
                WHERE NOT EXISTS (SELECT 1 FROM forgotten WHERE session IS ?1 AND project IS ?2 AND from_at IS ?3
                  AND until_at IS ?4)""",
                (rule[0], key, *rule[1:]),
            )
