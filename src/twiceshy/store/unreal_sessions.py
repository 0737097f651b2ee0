"""Sessions that stay in the store and are in no figure: which files told of them, and how they are marked."""

import json
import sqlite3
from collections.abc import Collection

from twiceshy.records.values import Scrubbed
from twiceshy.store.run_rows import LOGS_FOLDED

_LOGGED = "SELECT uid FROM call WHERE session_id IN (SELECT id FROM session WHERE real = 0)"


def read_told_names(connection: sqlite3.Connection, *, real: bool) -> list[tuple[int, Scrubbed]]:
    """Return row id and path of each file that told of a session which counts; or of one which does not."""
    rows = connection.execute(
        """SELECT id, name FROM source WHERE id IN (SELECT source_id FROM session_source
          WHERE session_id IN (SELECT id FROM session WHERE real = ?)) ORDER BY id""",
        (real,),
    )
    return [(id_, Scrubbed(name)) for id_, name in rows]


def read_repository_folders(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Return the folders of sessions whose project was known by its repository, whether they are there or gone."""
    rows = connection.execute(
        """SELECT DISTINCT s.cwd FROM session s JOIN project p ON p.id = s.project_id
        WHERE s.cwd IS NOT NULL AND (p.identity LIKE 'remote:%' OR p.identity LIKE 'root:%')"""
    )
    return [Scrubbed(cwd) for (cwd,) in rows]


def find_told_only_by(connection: sqlite3.Connection, sources: Collection[int], *, real: bool) -> list[int]:
    """Return the row ids of sessions that count, or do not, and of which only these files told."""
    rows = connection.execute(
        """SELECT id FROM session WHERE real = ?1 AND id IN (SELECT session_id FROM session_source)
          AND id NOT IN (SELECT session_id FROM session_source
            WHERE source_id NOT IN (SELECT value FROM json_each(?2))) ORDER BY id""",
        (real, json.dumps(sorted(sources))),
    )
    return [id_ for (id_,) in rows]


def mark_unreal(connection: sqlite3.Connection, sessions: Collection[int]) -> None:
    """Mark sessions as not real, and have all that was made of them made again. The caller holds the transaction.

    What is learned of commands' times is learned anew, as older versions took it from such sessions too.
    """
    some = [(id_,) for id_ in sessions]
    connection.executemany("UPDATE session SET real = 0 WHERE id = ?", some)
    connection.executemany("DELETE FROM derived WHERE key = (SELECT uid FROM session WHERE id = ?)", some)
    for key in ("command_hash", "place_hash"):
        connection.execute(
            f"""DELETE FROM learned_limit WHERE kind <> 'delay_exit_s' AND key IN (
              SELECT {key} FROM run_history WHERE uid IN ({_LOGGED}))"""  # noqa: S608  # literals of this module
        )
    if connection.execute("SELECT 1 FROM session WHERE real = 0 LIMIT 1").fetchone():
        connection.execute("DELETE FROM meta WHERE key = ?", (LOGS_FOLDED,))
