"""Read what all shards handed on to the merge, in the order in which one store has it, whatever a shard was.

A session that stands in two shards counts once, in the shard that knows more of it. DuckDB sorts and joins within a
limit of memory, beyond which it writes into the scratch folder, which holds scrubbed text only; nothing is read twice
into Python, and rows come in pieces.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from twiceshy.archive.reads.calls import MOST, parse_inputs
from twiceshy.archive.reads.judgements import SessionValue
from twiceshy.archive.times import parse_time
from twiceshy.base.errors import NotFound, ToolMissing
from twiceshy.base.values import Scrubbed
from twiceshy_fleet.lake.places import FilePlace, find_local_path, open_place
from twiceshy_fleet.lake.shard_files import name_table

if TYPE_CHECKING:
    import duckdb


# A store with sessions' names and nothing of what happened in them, in which the lessons of many stores are merged.


class ThinSession(NamedTuple):
    """One session, as far as lessons need it."""

    uid: bytes
    agent: str
    project: str
    """Its identity."""
    project_name: str
    first_at: str | None
    """As the store writes times."""
    last_at: str | None
    real: bool
    team: str
    person: str


class ShownBy(NamedTuple):
    """In whose work a lesson was seen."""

    lesson: bytes
    team: str
    person: str
    observations: int
    sessions: int


def insert_sessions(connection: sqlite3.Connection, sessions: Iterable[ThinSession]) -> None:
    """Insert sessions with their projects, numbered as they come. The caller holds the transaction."""
    connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS session_owner (session BLOB PRIMARY KEY, team TEXT NOT NULL,
          person TEXT NOT NULL) WITHOUT ROWID"""
    )
    projects: dict[str, int] = {}
    for one in sessions:
        if one.project not in projects:
            connection.execute("INSERT INTO project (identity, name) VALUES (?, ?)", (one.project, one.project_name))
            projects[one.project] = len(projects) + 1
        connection.execute(
            """INSERT INTO session (uid, agent, native_id, project_id, first_at, last_at, real)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (one.uid, one.agent, one.uid.hex(), projects[one.project], one.first_at, one.last_at, one.real),
        )
        connection.execute("INSERT INTO temp.session_owner VALUES (?, ?, ?)", (one.uid, one.team, one.person))


def read_shown_by(connection: sqlite3.Connection) -> list[ShownBy]:
    """Return for each lesson in whose work it was seen, and how often."""
    rows = connection.execute(
        """SELECT p.vector_db_id, w.team, w.person, count(*), count(DISTINCT o.session)
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        JOIN temp.session_owner w ON w.session = o.session GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
    )
    return [ShownBy(*row) for row in rows]


MEMORY_MB = 256
"""Of DuckDB's own; the rest of an executor's 1 GB is for Python (guess, 2026-11-23)."""
_PIECE = 2_000
"""Rows that Python is given at once (guess, 2026-11-23)."""
_ORDER = "coalesce(first_at, ''), session"
"""As ``session_times.list_by_begin`` has it."""


class SeenCase(NamedTuple):
    """One case of a lesson, as a shard wrote it."""

    place: int
    """Its session's, among all sessions in order."""
    session: bytes
    hash: bytes
    """Of the words."""
    words: str
    case: str


class CountRow(NamedTuple):
    """What was counted in the sessions of one team, project, agent and model that began on one day."""

    keys: tuple[str, ...]
    counts: tuple[float, ...]


class ShardTables:
    """The tables of some shards, open for the length of a ``with`` block."""

    def __init__(self, output: str, shards: Sequence[str], scratch: Path) -> None:
        """Take where the tables lie and which shards count; ``scratch``: an empty folder."""
        self._output = output
        self._shards = sorted(shards)
        self._scratch = scratch
        self._open: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        sessions = self._find("merge_session")
        if not sessions:
            raise NotFound(f"{self._output} holds no sessions of the shards that count. Try `twiceshy fleet status`.")
        self._open = _connect(self._scratch)
        self._open.execute(
            f"""CREATE TABLE session AS SELECT *, row_number() OVER (ORDER BY {_ORDER}) - 1 AS place FROM (
              SELECT *, row_number() OVER (PARTITION BY session ORDER BY calls + prompts DESC, shard) AS copy
              FROM {sessions}) WHERE copy = 1"""  # noqa: S608  # literals, and our own files
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def count_sessions(self) -> int:
        """Return how many sessions there are, each counted once."""
        ((count,),) = self._ask("SELECT count(*) FROM session")
        return int(count)

    def read_sessions(self) -> Iterator[ThinSession]:
        """Yield every session once, those of a project in the order in which its shard stored them."""
        rows = self._ask(
            """SELECT session, agent, project, project_name, first_at, last_at, real, team, person FROM session
            ORDER BY project, number, session"""
        )
        for row in rows:
            yield ThinSession(*row)

    def read_cases(self) -> Iterator[SeenCase]:
        """Yield every case, by its session's place among all sessions in order."""
        words, cases = self._find("merge_words"), self._find("merge_case")
        if not words or not cases:
            return
        rows = self._ask(
            f"""SELECT s.place, c.session, c.words, w.value, c.value FROM {cases} c
            JOIN session s ON s.session = c.session AND s.shard = c.shard
            JOIN (SELECT words, any_value(value) AS value FROM {words} GROUP BY words) w ON w.words = c.words
            ORDER BY s.place, c.number"""  # noqa: S608  # as above
        )
        for row in rows:
            yield SeenCase(*row)

    def read_proposals(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what each session proposes for usage lessons."""
        for session, value in self._read_values("merge_proposal", "v.session, v.value", "v.session"):
            yield session, value.encode()

    def read_observations(self) -> Iterator[SessionValue]:
        """Yield what was observed in each session that its agent wrote."""
        asked = "v.session, s.project_name, s.agent, s.model, s.first_at, v.value"
        for session, project, agent, model, at, value in self._read_values(
            "merge_observation", asked, "s.place", real=1
        ):
            yield SessionValue(session, project, agent, model, parse_time(at), value.encode())

    def _read_values(self, table: str, asked: str, order: str, real: int = 0) -> Iterator[tuple[Any, ...]]:
        found = self._find(table)
        if found:
            yield from self._ask(
                f"""SELECT {asked} FROM {found} v JOIN session s ON s.session = v.session AND s.shard = v.shard
                WHERE s.real OR NOT {real} ORDER BY {order}"""  # noqa: S608  # as above
            )

    def read_troubles(self) -> Iterator[tuple[str, str, str]]:
        """Yield each trouble and refusal, by project: its shard, its kind and its JSON."""
        found = self._find("merge_trouble")
        if found:
            yield from self._ask(f"SELECT shard, kind, value FROM {found} ORDER BY project, number, shard")  # noqa: S608  # as above

    def read_durations(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield the sketches of every shard, those of one name together."""
        found = self._find("merge_duration")
        if found:
            yield from self._ask(f"SELECT kind, name, sketch FROM {found} ORDER BY kind, name, shard")  # noqa: S608  # as above

    def find_doubles(self) -> dict[bytes, str]:
        """Return the sessions that stand in several shards, each with the shard in which it counts."""
        rows = self._ask(
            f"""SELECT session, shard FROM session WHERE session IN (
              SELECT session FROM {self._find("merge_session")} GROUP BY session HAVING count(*) > 1)"""  # noqa: S608  # as above
        )
        return dict(rows)

    def count(self, keys: Sequence[str], sums: Sequence[str]) -> Iterator[CountRow]:
        """Yield sums over the sessions that agents wrote, by some columns and the day on which they began.

        Dollars are added as decimal numbers, so that no order of adding changes a digit.
        """
        named = ", ".join(keys)
        added = ", ".join(
            f"CAST(sum(CAST({one} AS DECIMAL(30, 9))) AS DOUBLE)" if one == "dollars" else f"CAST(sum({one}) AS BIGINT)"
            for one in sums
        )
        rows = self._ask(
            f"""SELECT {named}, coalesce(substr(first_at, 1, 10), '') AS day, count(*), {added} FROM session WHERE real
            GROUP BY ALL ORDER BY ALL"""  # noqa: S608  # as above
        )
        for row in rows:
            yield CountRow(row[: len(keys) + 1], row[len(keys) + 1 :])

    def read_inputs(self, tool: str) -> Iterator[Mapping[str, object]]:
        """Yield the inputs of a tool's calls that worked, as ``successful_calls.read_inputs`` does of one store."""
        rows = self._read_worked("c.input", "lower(c.tool) = ? AND c.input IS NOT NULL", (tool,))
        return parse_inputs(text for (text,) in rows)

    def read_commands(self, program: str, word: str) -> Iterator[tuple[Scrubbed, Scrubbed]]:
        """Yield command lines that worked, as ``successful_calls.read_commands`` does of one store."""
        condition = "c.command IS NOT NULL AND contains(c.command, ?) AND contains(c.command, ?)"
        rows = self._read_worked(
            "c.command, CASE WHEN c.masked THEN coalesce(r.text, '') ELSE '' END", condition, (program, word)
        )
        return ((Scrubbed(command), Scrubbed(text)) for command, text in rows)

    def _read_worked(self, asked: str, condition: str, values: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        calls, results = self._find("call"), self._find("result")
        if calls and results:
            yield from self._ask(
                f"""SELECT {asked} FROM {calls} c JOIN {results} r ON r.uid = c.uid AND r.shard = c.shard
                JOIN session s ON s.session = c.session AND s.shard = c.shard
                WHERE r.failure IS NULL AND {condition} ORDER BY c.at DESC NULLS LAST, c.uid LIMIT {MOST}""",  # noqa: S608  # as above
                values,
            )

    def _ask(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield a query's rows in pieces; each has a cursor of its own."""
        if self._open is None:
            raise ValueError("the tables are not open")
        with self._open.cursor() as cursor:
            cursor.execute(query, list(values))
            while rows := cursor.fetchmany(_PIECE):
                yield from rows

    def _find(self, table: str) -> str:
        """Return how a query names a table of all shards; empty where no shard has a row of it."""
        place = open_place(self._output)
        files = [path for shard in self._shards if (path := self._hold(place, name_table(table, shard))) is not None]
        listed = ", ".join(f"'{quoted}'" for quoted in (str(path).replace("'", "''") for path in files))
        return f"read_parquet([{listed}], hive_partitioning = true, hive_types = {{'shard': VARCHAR}})" if files else ""

    def _hold(self, place: FilePlace, name: str) -> Path | None:
        """Return where a file lies on this machine: in the output's folder, or a copy."""
        local = find_local_path(self._output)
        if local is not None:
            return local / name if (local / name).exists() else None
        copy = self._scratch / name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not place.fetch(name, copy):
                return None
        return copy


def _connect(scratch: Path) -> "duckdb.DuckDBPyConnection":
    """Open a database in the scratch folder that stays within its memory and loads nothing.

    Raises:
        ToolMissing: DuckDB is not there.
    """
    try:
        import duckdb  # noqa: PLC0415  # an extra: only fleets need it
    except ModuleNotFoundError as exc:
        raise ToolMissing("merging shards needs duckdb: `pip install './wings/fleet[fleet]'` in the checkout.") from exc
    spill = scratch / "spill"
    spill.mkdir(exist_ok=True)
    return duckdb.connect(
        scratch / "merge.duckdb",
        config={
            "memory_limit": f"{MEMORY_MB}MB",
            "threads": 1,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        },
    )
