"""How fast a server's PostgreSQL takes rows: a bare COPY, staging with ON CONFLICT under row security, and ``accept``.

``python -m benchmarks team_ingest [--rows 20000] [--batch 1000] [--rounds 7]``: starts a PostgreSQL of its own that
waits for the disk. Each round stores the same rows in each of these ways, in turn, a transaction a batch, by one
client:

- ``copy``: the values go by COPY into a plain table with the same columns, as a superuser: no key, no row security;
- ``staging``: by COPY into a temporary table, then ``INSERT … SELECT … ON CONFLICT DO NOTHING`` as the server's role;
- ``accept``: what the server calls: levels of answers, revisions, erasures, daily sums.

The first two get their values ready made; the last one gets records, as they come from the wire.
"""

import argparse
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from tests.postgres import LOGIN, MISSING, PostgresqlServer, find_programs, make_template

from benchmarks.measure import read_cpu
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.team import Caller, WireRow, WireValue
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import open_team_store
from twiceshy_team.store.row_statements import list_staged, make_values, name_type

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOOLS = ("Bash", "Read", "Edit", "Write", "Grep", "Glob", "WebFetch", "Task")
MODELS = ("sonnet", "opus", "haiku")
WAYS = ("copy", "staging", "accept")
Batch = Sequence[WireRow]


def make_rows(count: int, seed: int) -> Iterator[WireRow]:
    """Rows as a member sends them, a thousand a day: of ten seven events, two runs and a match."""
    random = Random(seed)
    for number in range(count):
        kind = random.choices(("event", "execution", "match_event"), (7, 2, 1))[0]
        key = blake2b(f"{seed} {number}".encode(), digest_size=16).digest()
        at = NOW - timedelta(days=(count - number) / 1000)
        yield WireRow(kind=kind, id=key, rev=0, at=at, data=MAKERS[kind](random))


def make_event(random: Random) -> dict[str, WireValue]:
    failed = random.random() < 0.06
    return {
        "session_hash": random.randbytes(16).hex(),
        "sequence": random.randrange(500),
        "agent": "claude-code",
        "name": "tool_result",
        "tool": random.choice(TOOLS),
        "model": random.choice(MODELS),
        "call_hash": random.randbytes(16).hex(),
        "success": not failed,
        "error_type": "ShellError" if failed else None,
        "duration_ms": round(random.lognormvariate(6, 1.5), 1),
        "size": random.randrange(20_000),
    }


def make_execution(random: Random) -> dict[str, WireValue]:
    return {
        "team_hash": random.randrange(300).to_bytes(16, "big").hex(),
        "team_epoch": "0a1b2c3d",
        "exit_code": random.choice((0, 0, 0, 1)),
        "exit_reason": "completed",
        "total_runtime": round(random.lognormvariate(1, 1), 3),
        "total_lines_processed": random.randrange(5_000),
        "bytes_processed": random.randrange(500_000),
        "longest_idle_period": round(random.random() * 5, 2),
        "time_to_first_output": round(random.random(), 3),
        "command_category": "test",
        "client": "claude-code",
        "platform": "linux",
    }


def make_match(random: Random) -> dict[str, WireValue]:
    return {
        "execution": random.randbytes(16).hex(),
        "match_number": 1,
        "line_number": random.randrange(5_000),
        "timestamp_offset": round(random.random() * 60, 3),
        "stream_source": "stdout",
        "pattern_hash": random.randrange(50).to_bytes(16, "big").hex(),
    }


MAKERS: dict[str, Callable[[Random], dict[str, WireValue]]] = {
    "event": make_event,
    "execution": make_execution,
    "match_event": make_match,
}


class Spent(NamedTuple):
    """What one way took, in seconds."""

    wall: float
    here: float
    """CPU of this process."""
    there: float
    """CPU of the server's process for this connection."""


class Clock:
    """Begins when it is made."""

    def __init__(self, backend: int) -> None:
        self._backend = backend
        self._before = self._look()

    def _look(self) -> Spent:
        return Spent(time.perf_counter(), time.process_time(), read_cpu(self._backend) / 1000)

    def read(self) -> Spent:
        """Return what was spent since."""
        return Spent(*(now - before for now, before in zip(self._look(), self._before, strict=True)))


def split_kinds(batch: Batch) -> dict[str, list[tuple[Any, ...]]]:
    """The values of a batch by kind, ready to be copied."""
    kinds: dict[str, list[WireRow]] = defaultdict(list)
    for row in batch:
        kinds[row.kind].append(row)
    return {kind: make_values("postgresql", rows, NOW) for kind, rows in kinds.items()}


def copy_values(connection: psycopg.Connection[Any], table: str, values: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def run_copy(url: str, batches: Sequence[Batch]) -> Spent:
    """The cost of bare COPY."""
    ready = [split_kinds(batch) for batch in batches]
    with psycopg.connect(url) as connection:
        for kind in MAKERS:
            columns = ", ".join(f"{column.name} {name_type('postgresql', column)}" for column in list_staged(kind))
            connection.execute(f"DROP TABLE IF EXISTS bare_{kind}")
            connection.execute(f"CREATE TABLE bare_{kind} ({columns})")
        connection.commit()
        clock = Clock(connection.info.backend_pid)
        for batch in ready:
            for kind, values in batch.items():
                copy_values(connection, f"bare_{kind}", values)
            connection.commit()
        spent = clock.read()
        for kind in MAKERS:
            connection.execute(f"DROP TABLE bare_{kind}")
    return spent


def run_staging(url: str, batches: Sequence[Batch]) -> Spent:
    """The cost of COPY into a temporary table and ON CONFLICT, for a new team."""
    ready = [split_kinds(batch) for batch in batches]
    team, member = str(uuid4()), b"m" * 16
    with psycopg.connect(url) as connection:
        clock = Clock(connection.info.backend_pid)
        for batch in ready:
            connection.execute("SELECT set_config('app.team', %s, true)", (team,))
            for kind, values in batch.items():
                columns = list_staged(kind)
                made = ", ".join(f"{column.name} {name_type('postgresql', column)}" for column in columns)
                names = ", ".join(column.name for column in columns)
                connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS st_{kind} ({made}) ON COMMIT DELETE ROWS")
                copy_values(connection, f"st_{kind}", values)
                connection.execute(
                    f"INSERT INTO {kind} (team_id, member, received_at, {names}) SELECT %s::uuid, %s, %s, {names} "
                    f"FROM st_{kind} ON CONFLICT DO NOTHING RETURNING id",
                    (team, member, NOW),
                ).fetchall()
            connection.commit()
        return clock.read()


def run_accept(store: TeamStore, batches: Sequence[Batch]) -> Spent:
    """The cost of ``accept``, for a new team."""
    team = store.make_team("a team", NOW)
    caller = Caller(team=team, member=store.make_member(team, "a person", NOW), scopes=frozenset({"write"}))
    ((backend,),) = store.fetch(team, "SELECT pg_backend_pid()", {})
    clock = Clock(backend)
    for batch in batches:
        answers = store.accept(caller, batch, NOW)
        if any(answer.verdict != "stored" for answer in answers):
            raise RuntimeError("a row was not stored")
    return clock.read()


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks team_ingest", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args(argv)
    programs = find_programs()
    if programs is None:
        raise SystemExit(MISSING)
    server = PostgresqlServer(programs, durable=True)
    try:
        server.start()
        make_template(server)
        measure(server, args.rows, args.batch, args.rounds)
    finally:
        server.remove()


def measure(server: PostgresqlServer, count: int, size: int, rounds: int) -> None:
    store = open_team_store(server.url("template_team", LOGIN))
    spent: dict[str, list[Spent]] = defaultdict(list)
    wire = 0
    for number in range(rounds + 1):
        rows = list(make_rows(count, number))
        wire = sum(len(encode_row(row)) + 1 for row in rows[:1000]) * count // min(count, 1000)
        batches = [rows[place : place + size] for place in range(0, count, size)]
        found = {
            "copy": run_copy(server.url("template_team"), batches),
            "staging": run_staging(server.url("template_team", LOGIN), batches),
            "accept": run_accept(store, batches),
        }
        if number:  # the first warms up
            for way in WAYS:
                spent[way].append(found[way])
    store.close()
    print(f"{count:,} rows ({wire / 1e6:.1f} MB of lines) in batches of {size:,}, {rounds} rounds, median")
    print(f"CPU is microseconds a row; load {os.getloadavg()[0]:.0f}")
    print(f"{'way':<10}{'rows/s':>10}{'MB/s':>8}{'of staging':>22}{'CPU here':>10}{'there':>8}{'of staging':>22}")
    for way in WAYS:
        middle = statistics.median(one.wall for one in spent[way])
        here, there = (statistics.median(one[place] for one in spent[way]) * 1e6 / count for place in (1, 2))
        pairs = list(zip(spent["staging"], spent[way], strict=True))
        walls = sorted(staged.wall / mine.wall for staged, mine in pairs)
        cpus = sorted((staged.here + staged.there) / (mine.here + mine.there) for staged, mine in pairs)
        shares = [f"{statistics.median(one):.2f} ({one[0]:.2f} to {one[-1]:.2f})" for one in (walls, cpus)]
        print(
            f"{way:<10}{count / middle:>10,.0f}{wire / middle / 1e6:>8.1f}{shares[0]:>22}"
            f"{here:>10.0f}{there:>8.0f}{shares[1]:>22}"
        )
