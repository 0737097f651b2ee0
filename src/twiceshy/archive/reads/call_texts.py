"""What a story leaves out of a session's calls: whole inputs, and files' texts as reads and edits gave them."""

from collections.abc import Collection
from typing import NamedTuple

from twiceshy.archive.db import Store


class FileReading(NamedTuple):
    """What one reading of a file showed."""

    path: str
    first_line: int
    """From 1."""
    whole: bool
    text: str


_OF = "(SELECT id FROM session WHERE uid = ?)"
_INPUTS = f"SELECT uid, input, body FROM call WHERE session_id = {_OF}"  # noqa: S608  # a constant
_AFTER = f"SELECT call, path, after FROM edit WHERE partial = 0 AND after IS NOT NULL AND session_id = {_OF}"  # noqa: S608
_SHOWN = f"""SELECT r.uid, r.text, r.body FROM result r JOIN call c ON c.uid = r.uid
WHERE c.action = 'read' AND r.failure IS NULL AND c.line_count IS NULL AND c.first_line IS NULL
  AND coalesce(r.lines_returned = r.lines_total, 1) AND c.session_id = {_OF}"""  # noqa: S608


def read_inputs(store: Store, session: bytes) -> dict[bytes, str]:
    """Return each call's whole input as JSON."""
    return {
        uid: text if body is None else store.body(body)
        for uid, text, body in store.connection.execute(_INPUTS, (session,))
    }


def read_texts_after(store: Store, session: bytes) -> dict[bytes, list[tuple[str, str]]]:
    """Return for each edit whose whole result is known the paths and texts of the files after it."""
    found: dict[bytes, list[tuple[str, str]]] = {}
    for call, path, body in store.connection.execute(_AFTER, (session,)):
        found.setdefault(call, []).append((path, store.body(body)))
    return found


def read_texts_shown(store: Store, session: bytes) -> dict[bytes, str]:
    """Return the text that each reading of a whole file showed."""
    return {
        uid: text if body is None else store.body(body)
        for uid, text, body in store.connection.execute(_SHOWN, (session,))
    }


def read_newest_shown(store: Store, identity: str, paths: Collection[str], most: int) -> list[FileReading]:
    """Return what the newest readings of these files of a project showed, newest first."""
    rows = store.connection.execute(
        f"""SELECT c.path, coalesce(c.first_line, 1), c.line_count IS NULL AND c.first_line IS NULL, r.text, r.body
        FROM call c JOIN result r ON r.uid = c.uid JOIN session s ON s.id = c.session_id
        JOIN project p ON p.id = s.project_id
        WHERE p.identity = ? AND c.action = 'read' AND r.failure IS NULL AND c.path IN ({", ".join("?" * len(paths))})
        ORDER BY s.first_at DESC, c.rank DESC LIMIT ?""",  # noqa: S608  # only marks
        (identity, *paths, most),
    )
    return [
        FileReading(path, first, bool(whole), text if body is None else store.body(body))
        for path, first, whole, text, body in rows
    ]
