"""Insert a batch into the archive: sessions, events, words and the source's cursor, in one transaction.

New rows get their ids here, counted on from the table's last one, so that which of them were really inserted is one
comparison in the usual case (all) and one range scan otherwise; the words of the others never reach the full text,
which could not take them out again.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from twiceshy.archive.cursor_form import CURSOR
from twiceshy.archive.reread_rows import renew_sessions, replace_rows, sweep_older_rows
from twiceshy.archive.rows import COLUMNS, SEARCHED, TABLES, Row, RowBatch, SessionColumns
from twiceshy.archive.storage_errors import is_refusal_of_data
from twiceshy.archive.times import format_time
from twiceshy.base.errors import locate_fault
from twiceshy.records.ingest import BatchResult, SourceState, UnreadableLine
from twiceshy.stats.text import fingerprint

_CONFLICTS = {
    "usage": "DO UPDATE SET session_id = excluded.session_id, at = excluded.at, model = excluded.model, "
    "input = excluded.input, output = excluded.output, cache_write = excluded.cache_write, "
    "cache_read = excluded.cache_read, cache_write_1h = excluded.cache_write_1h, cost = excluded.cost, "
    "unended = excluded.unended, reader = max(reader, excluded.reader) "
    "WHERE (excluded.output, -excluded.unended) > (usage.output, -usage.unended)"
}
_UNKNOWN_PROJECT = "unknown"
_FINGERPRINT_PLACE = 2 + COLUMNS["result"].index("fingerprint")
_MESSAGE_PLACE = 2 + COLUMNS["result"].index("message")


def add_batch(connection: sqlite3.Connection, batch: RowBatch, source: SourceState) -> BatchResult:
    """Insert a batch and its source's cursor; return what was new and what was stored already."""
    added = insert_rows(connection, batch, source)
    put_source(connection, source, sum(added.result.duplicates.values()), added.sessions)
    return added.result


class AddedRows(NamedTuple):
    """What inserting gave."""

    result: BatchResult
    sessions: frozenset[int]
    """Row ids of the sessions that the batch told of."""


def insert_rows(connection: sqlite3.Connection, batch: RowBatch, source: SourceState) -> AddedRows:
    """Insert a batch without its source's cursor."""
    _renew(connection, batch, source)
    new = {"session": sum(_put_session(connection, row, source.reader) for row in batch.known)}
    duplicates = {"session": 0}
    spoken_of = {row[0] for rows in batch.tables.values() for row in rows}
    told_of = {row.uid for row in batch.known}
    ids = {
        place: _find_or_add_session(connection, uid, source)
        for place, uid in enumerate(batch.sessions)
        if place in spoken_of or uid in told_of
    }
    _complete_fingerprints(connection, batch)
    _replace_all(connection, batch, ids, source)
    for table in TABLES:
        rows = batch.tables[table]
        inserted, first = _insert_rows(connection, table, rows, ids, source.reader)
        new[table] = len(inserted)
        duplicates[table] = len(rows) - len(inserted)
        if table in SEARCHED:
            words = batch.words[table]
            _index_words(connection, table, ((id_, words[id_ - first]) for id_ in inserted))
    return AddedRows(BatchResult(new=new, duplicates=duplicates), frozenset(ids.values()))


def _renew(connection: sqlite3.Connection, batch: RowBatch, source: SourceState) -> None:
    if source.rereading:
        renew_sessions(connection, batch.known, source, find_or_add_project)


def _replace_all(connection: sqlite3.Connection, batch: RowBatch, ids: dict[int, int], source: SourceState) -> None:
    if source.rereading:
        for table in TABLES:
            replace_rows(connection, table, batch.tables[table], ids, source)


def put_source(connection: sqlite3.Connection, source: SourceState, duplicates: int, sessions: Iterable[int]) -> None:
    """Store a source's cursor, and which sessions it told of."""
    source_id = _put_source(connection, source, duplicates)
    if source.rereading and source.done:
        sweep_older_rows(connection, source_id, source.reader)
    connection.executemany(
        "INSERT INTO session_source (session_id, source_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(session, source_id) for session in sorted(sessions)],
    )


@cache
def _make_insert(table: str, reader: int) -> str:
    """Return the statement that inserts a row of a table, as this version of its reader gave it."""
    columns = ("id", "session_id", "uid", *COLUMNS[table])
    marks = ", ".join("?" * len(columns))
    conflict = _CONFLICTS.get(table, "DO NOTHING")
    return (
        f"INSERT INTO {table} ({', '.join(columns)}, reader) VALUES ({marks}, {int(reader)}) "  # noqa: S608  # literals of this room
        f"ON CONFLICT (uid) {conflict}"
    )


def _insert_rows(
    connection: sqlite3.Connection, table: str, rows: list[Row], ids: dict[int, int], reader: int
) -> tuple[range | list[int], int]:
    """Insert rows; return the ids of the new ones, and the id that the first row has or would have got."""
    if not rows:
        return range(0), 0
    ((last,),) = connection.execute(f"SELECT max(id) FROM {table}")  # noqa: S608  # a literal of this room
    first = (last or 0) + 1
    changed = connection.executemany(
        _make_insert(table, reader),
        ((first + place, ids[row[0]], *row[1:]) for place, row in enumerate(rows)),  # type: ignore[index]  # a place
    ).rowcount
    if changed == len(rows) and table not in _CONFLICTS:
        return range(first, first + changed), first
    found = connection.execute(f"SELECT id FROM {table} WHERE id >= ?", (first,))  # noqa: S608  # a literal of this room
    return [id_ for (id_,) in found], first


def _index_words(connection: sqlite3.Connection, table: str, words: Iterable[tuple[int, str]]) -> None:
    """Add the words of new rows to the full-text index."""
    number = SEARCHED[table]
    connection.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)", ((id_ * 4 + number, text) for id_, text in words if text)
    )


def _complete_fingerprints(connection: sqlite3.Connection, batch: RowBatch) -> None:
    """Set the fingerprint of failures whose call came with an earlier batch: it depends on the tool's name."""
    rows = batch.tables["result"]
    for place in batch.toolless:
        row = rows[place]
        tool = connection.execute("SELECT tool FROM call WHERE uid = ?", (row[1],)).fetchone()
        if tool is not None:
            key = fingerprint.fingerprint(str(row[_MESSAGE_PLACE]), tool[0])
            rows[place] = (*row[:_FINGERPRINT_PLACE], key, *row[_FINGERPRINT_PLACE + 1 :])


def _put_session(connection: sqlite3.Connection, row: SessionColumns, reader: int) -> bool:
    """Insert a session or add to a stored one; tell whether it is new.

    Of a stored one, ends move outwards, gaps fill, and the later title counts.
    """
    uid, agent, native_id, identity, name, *rest = row
    project = find_or_add_project(connection, identity, name)
    old = connection.execute("SELECT id FROM session WHERE uid = ?", (uid,)).fetchone()
    if old is None:
        connection.execute(
            """INSERT INTO session (uid, agent, native_id, project_id, cwd, branch, version, entrypoint, title,
              first_at, last_at, real, reader) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (uid, agent, native_id, project, *rest, reader),
        )
        return True
    cwd, branch, version, entrypoint, title, first_at, last_at, real = rest
    connection.execute(
        """UPDATE session SET
          native_id = CASE native_id WHEN '' THEN ? ELSE native_id END,
          project_id = CASE WHEN project_id = (SELECT id FROM project WHERE identity = ?) THEN ? ELSE project_id END,
          cwd = coalesce(cwd, ?), branch = coalesce(branch, ?), version = coalesce(version, ?),
          entrypoint = coalesce(entrypoint, ?), title = coalesce(?, title),
          first_at = min(coalesce(first_at, ?), coalesce(?, first_at)),
          last_at = max(coalesce(last_at, ?), coalesce(?, last_at)),
          real = min(real, ?)
        WHERE id = ?""",
        (
            *(native_id, _UNKNOWN_PROJECT, project, cwd, branch, version, entrypoint, title),
            *(first_at, first_at, last_at, last_at, real, old[0]),
        ),
    )
    return False


def find_or_add_project(connection: sqlite3.Connection, identity: str, name: str) -> int:
    """Return the id of the project with that identity or alias; insert it where there is none."""
    row = connection.execute(
        """SELECT project_id FROM project_alias WHERE identity = ?1
        UNION ALL SELECT id FROM project WHERE identity = ?1""",
        (identity,),
    ).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO project (identity, name) VALUES (?, ?) RETURNING id", (identity, name)
        ).fetchone()
    return int(row[0])


def _find_or_add_session(connection: sqlite3.Connection, uid: bytes, source: SourceState) -> int:
    """Return the row id of a session; insert one without a name where no log has described it yet."""
    row = connection.execute("SELECT id FROM session WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        project = find_or_add_project(connection, _UNKNOWN_PROJECT, _UNKNOWN_PROJECT)
        row = connection.execute(
            "INSERT INTO session (uid, agent, native_id, project_id, reader) VALUES (?, ?, '', ?, ?) RETURNING id",
            (uid, source.agent, project, source.reader),
        ).fetchone()
    return int(row[0])


def _put_source(connection: sqlite3.Connection, source: SourceState, duplicates: int) -> int:
    """Store a source with its cursor and return its row id; counts add up unless it was read from its start."""
    row = connection.execute("SELECT id FROM source WHERE key = ?", (source.key,)).fetchone()
    if row is not None and source.from_start:
        connection.execute("UPDATE source SET lines = 0, with_events = 0, duplicates = 0 WHERE id = ?", row)
        connection.execute("DELETE FROM source_tally WHERE source_id = ?", row)
        connection.execute("DELETE FROM skipped WHERE source_id = ?", row)
    ((source_id,),) = connection.execute(
        """INSERT INTO source (key, agent, name, size, mtime_ns, cursor, lines, with_events, duplicates, read_at,
          reader, rereading)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT (key) DO UPDATE SET reader = CASE WHEN ?13 THEN excluded.reader ELSE reader END,
          rereading = excluded.rereading, name = excluded.name, size = excluded.size, mtime_ns = excluded.mtime_ns,
          cursor = excluded.cursor, lines = lines + excluded.lines, with_events = with_events + excluded.with_events,
          duplicates = duplicates + excluded.duplicates, read_at = excluded.read_at
        RETURNING id""",
        (
            *(
                source.key,
                source.agent,
                source.name,
                source.size,
                source.mtime_ns,
                CURSOR.encode(source.cursor).decode(),
            ),
            *(source.tally.lines, source.tally.with_events, duplicates, format_time(source.read_at)),
            *(source.reader, source.rereading and not source.done, source.from_start),
        ),
    ).fetchall()
    tallies = (("non-event", source.tally.non_events), ("unknown", source.tally.unknown), ("redacted", source.redacted))
    connection.executemany(
        """INSERT INTO source_tally (source_id, class, kind, count) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count""",
        [(source_id, class_, kind, count) for class_, counts in tallies for kind, count in counts.items()],
    )
    connection.executemany(
        """INSERT INTO skipped (source_id, offset, length, reason, place) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET length = excluded.length, reason = excluded.reason, place = excluded.place""",
        [(source_id, line.offset, line.length, line.reason, line.place) for line in source.skipped],
    )
    return int(source_id)


# Insert a batch row by row, without the rows that the database refuses: slow, and only where a whole batch failed.
#
# Readers and ``rows`` bound what they give, so a refused row is a fault of ours; it must not cost the rows beside it.

REFUSED = "fault"
"""Reason of lines that gave rows that were refused."""


class LenientResult(NamedTuple):
    """What became of a batch."""

    result: BatchResult
    refused: tuple[UnreadableLine, ...]


def insert_leniently(connection: sqlite3.Connection, batch: RowBatch, source: SourceState, begin: int) -> LenientResult:
    """Insert what can be, with its source's cursor; ``begin`` is where the batch begins in its file.

    Raises:
        sqlite3.Error: the database itself is in trouble.
    """
    new, duplicates = Counter[str](), Counter[str]()
    sessions: set[int] = set()
    places: set[str] = set()
    for one in _split_rows(batch):
        connection.execute("SAVEPOINT one")
        try:
            added = insert_rows(connection, one, source)
        except Exception as error:
            if not is_refusal_of_data(error):
                raise
            connection.execute("ROLLBACK TO one")
            places.add(locate_fault(error))
        else:
            new.update(added.result.new)
            duplicates.update(added.result.duplicates)
            sessions |= added.sessions
        connection.execute("RELEASE one")
    length = max(source.cursor.offset - begin, 0)
    refused = tuple(
        UnreadableLine(offset=begin, length=length, reason=REFUSED, place=place) for place in sorted(places)[:1]
    )
    put_source(connection, replace(source, skipped=[*source.skipped, *refused]), duplicates.total(), sessions)
    return LenientResult(BatchResult(new=dict(new), duplicates=dict(duplicates)), refused)


def _split_rows(batch: RowBatch) -> Iterator[RowBatch]:
    """Yield each row as a batch of its own."""
    nothing: dict[str, list[str]] = {table: [] for table in batch.words}
    bare = batch._replace(known=(), tables={table: [] for table in batch.tables}, words=nothing, packs=[], toolless=())
    for row in batch.known:
        yield bare._replace(known=(row,))
    for table, rows in batch.tables.items():
        toolless = set(batch.toolless) if table == "result" else ()
        for place, event in enumerate(rows):
            words = {**nothing, table: [batch.words[table][place]]} if table in nothing else nothing
            yield bare._replace(
                tables={**bare.tables, table: [event]}, words=words, toolless=(0,) if place in toolless else ()
            )
