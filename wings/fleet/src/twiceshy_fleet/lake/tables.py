"""The store's tables as a fleet writes them: one Parquet file a shard and table, the same columns for every shard.

A row's own numbers mean nothing outside of its store, so what belongs to a session carries the session's uid instead,
and whose log it came from: team and person. Long texts stay in the shard's state: what stands here is the beginning
that the store keeps in its rows. Times are UTC with microseconds. The same store gives the same bytes, as long as the
library that writes them is the same.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.scored_edits import KIND as SCORED
from twiceshy.archive.scored_edits import read_scored_edits
from twiceshy.records.exports import Cell, ColumnType, RowColumn
from twiceshy.records.fleet import FleetInput

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE: Final = 8192  # rows of a group: by definition of the form, 2026-11-23
_LEVEL: Final = 3  # of zstd: by definition of the form, 2026-11-23
_LETTERS: Final = {
    "t": ColumnType.TEXT,
    "i": ColumnType.INTEGER,
    "r": ColumnType.REAL,
    "b": ColumnType.BOOLEAN,
    "d": ColumnType.TIME,
    "x": ColumnType.BYTES,
}

Rows = Callable[[Store], Iterable[Sequence[Cell]]]


class LakeTable(NamedTuple):
    """One table of the output."""

    columns: tuple[RowColumn, ...]
    rows: Rows


def _declare(words: str) -> tuple[RowColumn, ...]:
    """Return the columns of a line like ``uid:x at:d``."""
    return tuple(RowColumn(name, _LETTERS[letter]) for name, _, letter in (one.partition(":") for one in words.split()))


def _select(words: str, source: str) -> LakeTable:
    """Return the table of a query; each column is asked for under its own name unless ``source`` gives it."""
    columns = _declare(words)
    names = ", ".join(one.name for one in columns)
    query = f"SELECT {names} FROM ({source})"  # noqa: S608  # literals of this module
    return LakeTable(columns, lambda store: store.connection.execute(query))


_WHOSE: Final = "session:x team:t person:t"
_SESSIONS: Final = """SELECT s.*, s.uid AS session, p.identity AS project, p.name AS project_name,
  coalesce((SELECT o.team FROM session_source ss JOIN fleet_owner o ON o.source_id = ss.source_id
    WHERE ss.session_id = s.id ORDER BY ss.source_id LIMIT 1), '') AS team,
  coalesce((SELECT o.person FROM session_source ss JOIN fleet_owner o ON o.source_id = ss.source_id
    WHERE ss.session_id = s.id ORDER BY ss.source_id LIMIT 1), '') AS person
  FROM session s JOIN project p ON p.id = s.project_id ORDER BY s.uid"""
_OWNED: Final = """SELECT f.*, e.* FROM {table} e JOIN fleet_session f ON f.session_id = e.session_id
  ORDER BY f.session, e.id"""


def _list_events(table: str, words: str) -> LakeTable:
    """Return an event table, with whose session each row is of."""
    return _select(f"{_WHOSE} {words}", _OWNED.format(table=table))


def _read_findings(store: Store) -> Iterator[Sequence[Cell]]:
    """Yield what each edit brought in and took out."""
    for session, edit in _read_edits(store):
        for kind, found in (("introduced", edit.edit.change.introduced), ("fixed", edit.edit.change.fixed)):
            for one in found:
                yield (
                    *(*session, edit.edit.call, kind, one.rule, str(one.layer), str(one.severity), one.confidence),
                    *(one.path, one.line, one.cwe, one.function, one.message, one.fingerprint),
                )


def _read_scores(store: Store) -> Iterator[Sequence[Cell]]:
    """Yield each edit's score and its parts."""
    for session, (edit, score) in _read_edits(store):
        parts = (score.value, score.taint, score.pattern, score.refactor, score.history)
        yield (*session, edit.call, edit.path, edit.lines, edit.bad, *parts, score.version)


def _read_edits(store: Store) -> Iterator[Any]:
    """Yield whose it is and an edit with its score, for every edit that was scored."""
    asked = "SELECT f.session, f.team, f.person FROM fleet_session f JOIN derived d ON d.kind = ? AND d.key = f.session"
    for whose in store.connection.execute(f"{asked} ORDER BY f.session", (SCORED,)).fetchall():
        for edit in read_scored_edits(store, whose[0]):
            yield whose, edit


TABLES: Final[Mapping[str, LakeTable]] = {
    "session": _select(
        f"{_WHOSE} agent:t project:t project_name:t branch:t version:t entrypoint:t title:t first_at:d last_at:d "
        "real:b",
        _SESSIONS,
    ),
    "prompt": _list_events("prompt", "uid:x rank:i at:d agent_run:x kind:t human:b text:t images:i"),
    "reply": _list_events("reply", "uid:x rank:i at:d agent_run:x thinking:b model:t text:t"),
    "call": _list_events(
        "call",
        "uid:x rank:i at:d agent_run:x tool:t action:t path:t path_key:x command:t head:t masked:b query:t timeout_s:r "
        "background:b input:t",
    ),
    "result": _list_events(
        "result",
        "uid:x rank:i at:d failure:t fingerprint:x message:t exit_code:i duration_s:r words:t commit_hash:t text:t",
    ),
    "edit": _list_events(
        "edit",
        "uid:x rank:i at:d agent_run:x call:x path:t path_key:x partial:b created:b deleted:b added:i removed:i "
        "user_modified:b",
    ),
    "usage": _list_events(
        "usage",
        "uid:x at:d model:t input:i output:i cache_write:i cache_read:i cache_write_1h:i cost:r unended:b",
    ),
    "mark": _list_events("mark", "uid:x rank:i at:d kind:t"),
    "outcome": _list_events(
        "session_executions",
        "timestamp:d tasks:i first_pass_tasks:i corrections:i regeneration_cycles:i task_completed:b "
        "corrections_needed:b rollback:b tests_green:b survived:b survival:r risk_score:r tool_call_count:i "
        "files_modified:i user_message_count:i workflow_compliant:b compliance_score:r",
    ),
    "score": LakeTable(
        _declare(f"{_WHOSE} call:x path:t lines:i bad:b value:r taint:r pattern:r refactor:r history:r version:t"),
        _read_scores,
    ),
    "finding": LakeTable(
        _declare(
            f"{_WHOSE} call:x kind:t rule:t layer:t severity:t confidence:r path:t line:i cwe:i function:t message:t "
            "fingerprint:x"
        ),
        _read_findings,
    ),
    "commit": _select(
        "project:t hash:t parents:t author:x authored_at:d authored_offset_min:i committed_at:d subject:t patch_id:t",
        """SELECT c.*, p.identity AS project FROM commit_ c JOIN project p ON p.id = c.project_id
        ORDER BY p.identity, c.id""",
    ),
    "commit_file": _select(
        "project:t hash:t path:t old_path:t added:i removed:i",
        """SELECT f.*, c.hash, p.identity AS project FROM commit_file f JOIN commit_ c ON c.id = f.commit_id
        JOIN project p ON p.id = c.project_id ORDER BY p.identity, c.id, f.path""",
    ),
    "lesson": _select(
        "id:x slug:t kind:t subject:t category:t severity:t description:t root_cause:t scope:t scope_of:t quoted:b "
        "observations:i sessions:i projects:i first_seen:d last_seen:d state:t",
        "SELECT * FROM lesson ORDER BY id",
    ),
    "occurrence": _select(
        f"{_WHOSE} lesson:x key:x event:x agent:t model:t project_path:t file_path:t error_message:t timestamp:d "
        "source:t cost_s:r fixed:b",
        """SELECT f.session, f.team, f.person, p.vector_db_id AS lesson, p.model_name AS model, o.* FROM
        mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        JOIN fleet_session f ON f.session = o.session ORDER BY o.session, o.id""",
    ),
}
"""Every table of the output that comes from a shard's store as it is, by its name."""


def name_owners(connection: sqlite3.Connection, owners: Mapping[bytes, FleetInput]) -> None:
    """Tell this connection whose log each source is, for as long as it is open; ``owners`` by the source's key."""
    connection.executescript(
        """DROP TABLE IF EXISTS temp.fleet_session; DROP TABLE IF EXISTS temp.fleet_owner;
        CREATE TEMP TABLE fleet_owner (source_id INTEGER PRIMARY KEY, team TEXT NOT NULL, person TEXT NOT NULL);"""
    )
    known = {bytes(key): number for number, key in connection.execute("SELECT id, key FROM source")}
    rows = [(known[key], one.team, one.person) for key, one in owners.items() if key in known]
    connection.executemany("INSERT INTO temp.fleet_owner VALUES (?, ?, ?)", rows)
    connection.execute(
        f"CREATE TEMP TABLE fleet_session AS SELECT id AS session_id, session, team, person FROM ({_SESSIONS})"  # noqa: S608  # a literal of this module
    )
    connection.execute("CREATE INDEX temp.fleet_session_id ON fleet_session (session_id)")
    connection.execute("CREATE INDEX temp.fleet_session_uid ON fleet_session (session)")


def write_tables(store: Store, tables: Mapping[str, LakeTable], folder: Path) -> dict[str, int]:
    """Write each table that has rows into ``folder`` as ``NAME.parquet``; return the number of rows by table.

    Raises:
        OSError: a file cannot be written.
    """
    return {name: write_rows(folder / f"{name}.parquet", one.columns, one.rows(store)) for name, one in tables.items()}


def write_rows(path: Path, columns: Sequence[RowColumn], rows: Iterable[Sequence[Cell]]) -> int:
    """Write rows into a Parquet file, group by group; return how many. Without a row there is no file.

    Raises:
        OSError: the file cannot be written.
    """
    from pyarrow import parquet  # noqa: PLC0415  # an extra: only fleets and exports need it

    waiting, count = iter(rows), 0
    group = list(islice(waiting, _AT_ONCE))
    if not group:
        return 0
    schema = build_schema(columns)
    with parquet.ParquetWriter(path, schema, compression="zstd", compression_level=_LEVEL) as writer:
        while group:
            writer.write_batch(_pack(group, schema))
            count += len(group)
            group = list(islice(waiting, _AT_ONCE))
    return count


def build_schema(columns: Sequence[RowColumn]) -> "pa.Schema":
    """Return the columns as the library names them; each may be empty."""
    import pyarrow as pa  # noqa: PLC0415  # as above

    types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.REAL: pa.float64(),
        ColumnType.BOOLEAN: pa.bool_(),
        ColumnType.TIME: pa.timestamp("us", tz="UTC"),
        ColumnType.BYTES: pa.binary(),
    }
    return pa.schema([(one.name, types[one.type]) for one in columns])


def _pack(rows: Sequence[Sequence[Cell]], schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa  # noqa: PLC0415  # as above

    arrays = []
    for field, values in zip(schema, zip(*rows, strict=True), strict=True):
        if pa.types.is_timestamp(field.type):
            arrays.append(pa.array(values, pa.string()).cast(field.type))
        elif pa.types.is_boolean(field.type):
            arrays.append(pa.array([None if value is None else bool(value) for value in values], field.type))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
