"""Full-text search over prompts, commands, errors and the first lines of replies.

The index holds no texts (they stand in the event tables), so a hit is looked up by its row number, which also tells
its kind. Ranking is FTS5's bm25.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.archive.reads.columns import OF_PROJECT, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.views import SearchHit


class _IndexedText(NamedTuple):
    """One kind of text in the index; its place in ``KINDS`` is the number that the schema gives it."""

    name: str
    table: str
    text: str


_KINDS = (
    _IndexedText("prompt", "prompt", "e.text"),
    _IndexedText("command", "call", "coalesce(e.command, e.path, e.query, e.input)"),
    _IndexedText("error", "result", "coalesce(e.message, e.text)"),
    _IndexedText("reply", "reply", "e.text"),
)
_SYNTAX = ("fts5", "no such column", "unterminated string", "unknown special query")
"""What SQLite's messages about a query that FTS5 cannot read have in them: there is no error code of its own."""


def search(
    connection: sqlite3.Connection, query: str, *, kind: str | None, scope: Scope, limit: int
) -> tuple[list[SearchHit], bool]:
    """Return the best hits of an FTS5 query, and whether there are more; repeats within a session are one hit.

    Raises:
        UsageError: the query is not FTS5's syntax.
    """
    number = next((at for at, known in enumerate(_KINDS) if known.name == kind), None)
    hits: list[SearchHit] = []
    seen: set[tuple[str, str, str]] = set()
    for row in _find_rows(connection, query, number):
        hit = _look_up(connection, row, scope)
        if hit is None or (same := (hit.session, hit.kind, hit.text)) in seen:
            continue
        if len(hits) == limit:
            return hits, True
        seen.add(same)
        hits.append(hit)
    return hits, False


def _find_rows(connection: sqlite3.Connection, query: str, number: int | None) -> Iterator[int]:
    try:
        for (row,) in connection.execute(
            """SELECT rowid FROM words
            WHERE words MATCH :query AND (:number IS NULL OR rowid % 4 = :number) ORDER BY rank""",
            {"query": query, "number": number},
        ):
            yield row
    except sqlite3.OperationalError as exc:
        if not any(sign in str(exc) for sign in _SYNTAX):
            raise
        raise UsageError(
            f"the query cannot be understood ({exc}); without --raw every word is taken as it is."
        ) from exc


def _look_up(connection: sqlite3.Connection, row: int, scope: Scope) -> SearchHit | None:
    kind = _KINDS[row % 4]
    found = connection.execute(
        f"""SELECT s.uid, e.uid, p.name, e.at, {kind.text} FROM {kind.table} e
        JOIN session s ON s.id = e.session_id JOIN project p ON p.id = s.project_id
        WHERE e.id = :id AND {OF_PROJECT}
          AND (:agent IS NULL OR s.agent = :agent) AND (:since IS NULL OR e.at >= :since)""",  # noqa: S608  # constants
        {**scope_values(scope), "id": row // 4},
    ).fetchone()
    if found is None:
        return None
    session, uid, project, at, text = found
    return SearchHit(
        kind=kind.name,
        session=ids.shorten(ids.SESSION, session),
        project=project,
        at=parse_time(at),
        text=Scrubbed(text),
        session_uid=session,
        uid=uid,
    )
