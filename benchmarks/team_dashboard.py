"""How long the named reads of a team's server take over ten million events.

``python -m benchmarks team_dashboard [--events 10000000] [--people 40] [--tries 9]``: starts a PostgreSQL of its own,
fills one team with rows of a year made by ``generate_series`` (a twentieth as many runs, of 2,048 commands as often as
Zipf's law has it; a hundredth as many sessions) and a second team with a hundredth of that, makes the daily sums with
the server's own statements, and then asks every read of ``store.reads`` as the server does: through its pool, as
the role that row security holds for. Each read has one process of the server to itself, whose CPU is given too: on a
busy machine that is what tells.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import psycopg
from tests.postgres import LOGIN, MISSING, PostgresqlServer, find_programs, make_template

from benchmarks.measure import read_cpu
from twiceshy.records.team import Caller
from twiceshy.records.team_views import Days
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.daily_sums import DAILY_SUMS
from twiceshy_team.store.opening import open_team_store
from twiceshy_team.store.reads import READS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAST = date(2026, 11, 23)
WINDOWS = (30, 365)
GOAL_MS = 300
COMMON = """%(team)s::uuid, decode(md5('member ' || mod(number, %(people)s)), 'hex'),
  decode(md5(%(team)s::text || number), 'hex'), moment, (moment AT TIME ZONE 'UTC')::date, moment"""
ROWS = """
FROM (SELECT number, timestamptz '2026-11-23 12:00+00' - interval '31536000 seconds' * (1 - number::float8 / %(count)s)
  AS moment FROM generate_series(1, %(count)s) AS number) AS made"""
HEAD = "team_id, member, id, at, day, received_at"
FILL = {
    "event": (
        1,
        f"""INSERT INTO event ({HEAD}, session_hash, sequence, agent, name, tool, model, error_type,
          call_hash, success, duration_ms, cost_usd, tokens_in, tokens_out)
        SELECT {COMMON}, decode(md5('session ' || number / 100), 'hex'), mod(number, 100),
          (ARRAY['claude-code', 'codex', 'gemini-cli'])[1 + mod(number, 3)],
          CASE WHEN mod(number, 4) = 0 THEN 'api_request' ELSE 'tool_result' END,
          CASE WHEN mod(number, 4) > 0 THEN
            (ARRAY['Bash', 'Read', 'Edit', 'Write', 'Grep', 'Glob', 'Task', 'Web'])[1 + (hashint4(number) & 7)] END,
          (ARRAY['large', 'middle', 'small'])[1 + mod(number / 7, 3)],
          CASE WHEN mod(number, 17) = 0 THEN (ARRAY['ShellError', 'Error:ENOENT', 'Timeout'])[1 + mod(number, 3)] END,
          decode(md5('call ' || number), 'hex'), mod(number, 17) <> 0, 20 + mod(number, 3000),
          CASE WHEN mod(number, 4) = 0 THEN 0.01 END, CASE WHEN mod(number, 4) = 0 THEN 1200 END,
          CASE WHEN mod(number, 4) = 0 THEN 300 END""",
    ),
    "execution": (
        20,
        f"""INSERT INTO execution ({HEAD}, team_hash, team_epoch, exit_code, exit_reason, total_runtime,
          command_category, command_head, pattern_hash, match_count, command)
        SELECT {COMMON},
          decode(md5('command ' || floor(exp(ln(2048) * (hashint4(number) & 65535) / 65536))), 'hex'), '0a1b2c3d',
          (mod(number, 5) = 0)::int, (ARRAY['completed', 'match', 'timeout_idle'])[1 + mod(number, 3)],
          mod(number, 300), (ARRAY['test', 'build', 'lint'])[1 + mod(number, 3)], 'make',
          CASE WHEN mod(number, 2) = 0 THEN decode(md5('pattern ' || mod(number, 200)), 'hex') END, mod(number, 3),
          CASE WHEN mod(number, 50) = 0 THEN 'make test' END""",
    ),
    "session": (
        100,
        f"""INSERT INTO session ({HEAD}, rev, agent, model, prompts, calls, failed_calls, corrections, commits,
          seconds, cost_usd, tools, outcomes)
        SELECT {COMMON}, 0, (ARRAY['claude-code', 'codex', 'gemini-cli'])[1 + mod(number, 3)],
          (ARRAY['large', 'middle', 'small'])[1 + mod(number / 7, 3)], mod(number, 30), mod(number, 200),
          mod(number, 20), mod(number, 4), mod(number, 3), mod(number, 7200), 0.5,
          jsonb_build_object('Bash', mod(number, 90), 'Read', mod(number, 40), 'Edit', 5),
          jsonb_build_object('kept', 1, 'tests_passed', mod(number, 2))""",
    ),
    "feedback": (
        1000,
        f"""INSERT INTO feedback ({HEAD}, rev, execution, rating, false_positive)
        SELECT {COMMON}, 0, decode(md5(%(team)s::text || number * 20), 'hex'), mod(number, 5), mod(number, 3) = 0""",
    ),
}
"""By kind: one of how many events, and what makes them."""


def fill(url: str, team: str, events: int, people: int) -> None:
    """Fill a team; indexes of the rows are made after them."""
    with psycopg.connect(url) as connection:
        for part, sql in FILL.values():
            connection.execute(sql + ROWS, {"team": team, "count": max(events // part, 1), "people": people})
        connection.execute(
            "INSERT INTO member (team_id, member, name, made_at) SELECT %(team)s::uuid, "
            "decode(md5('member ' || number), 'hex'), 'person ' || number, now() "
            "FROM generate_series(0, %(people)s - 1) AS number",
            {"team": team, "people": people},
        )
        for found in DAILY_SUMS:
            source = f"(SELECT * FROM {found.kind} WHERE team_id = '{team}') AS rows"
            connection.execute(found.write_insert(source).encode())
        for kind in FILL:
            connection.execute(
                f"INSERT INTO intake_day SELECT team_id, day, member, '{kind}', count(*), count(*), 0, 0, 0, 0 "
                f"FROM {kind} WHERE team_id = %s GROUP BY team_id, day, member",
                (team,),
            )


def list_indexes(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """The indexes of rows that are not of a key, with what makes them."""
    return connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT LIKE '%%_pkey'",
        (list(FILL),),
    ).fetchall()


def fill_teams(server: PostgresqlServer, teams: list[str], events: int, people: int) -> None:
    url = server.url("template_team")
    with psycopg.connect(url, autocommit=True) as connection:
        indexes = list_indexes(connection)
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for kind in FILL:
            connection.execute(f"ALTER TABLE {kind} DROP CONSTRAINT {kind}_pkey")
        for team, share in zip(teams, (1, 100), strict=True):
            fill(url, team, events // share, people)
        for kind in FILL:
            connection.execute(f"ALTER TABLE {kind} ADD PRIMARY KEY (team_id, id)")
        for _, sql in indexes:
            connection.execute(sql.encode())
        connection.execute("VACUUM (ANALYZE)")


class Cost(NamedTuple):
    """What one read took, in milliseconds."""

    median: float
    worst: float
    cpu: float

    def cell(self) -> str:
        """Draw it for the table."""
        return f"{self.median:,.0f} ({self.worst:,.0f}), {self.cpu:,.0f}"


def measure(read: Callable[[], object], backend: int, tries: int) -> Cost:
    """The cost of a read; the first try is left out."""
    read()
    spent, before = [], read_cpu(backend)
    for _ in range(tries):
        started = time.perf_counter()
        read()
        spent.append((time.perf_counter() - started) * 1000)
    return Cost(statistics.median(spent), max(spent), (read_cpu(backend) - before) / tries)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks team_dashboard", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--tries", type=int, default=9)
    args = parser.parse_args(argv)
    programs = find_programs()
    if programs is None:
        raise SystemExit(MISSING)
    memory = ("shared_buffers=256MB", "maintenance_work_mem=256MB", "max_wal_size=8GB")
    server = PostgresqlServer(programs, settings=(*memory, "max_parallel_workers_per_gather=0"))
    try:
        server.start()
        make_template(server)
        store = open_team_store(server.url("template_team", LOGIN))
        teams = [store.make_team(name, NOW) for name in ("large", "small")]
        started = time.perf_counter()
        fill_teams(server, teams, args.events, args.people)
        print(f"filled in {time.perf_counter() - started:.0f} s", flush=True)
        compare(store, teams[0], args.people, args.tries)
        store.close()
    finally:
        server.remove()


def compare(store: TeamStore, team: str, people: int, tries: int) -> None:
    member = store.list_members(team)[0].member
    caller = Caller(team=team, member=member, scopes=frozenset({"read", "admin"}))
    lines = sum(
        store.fetch(team, f"SELECT count(*) FROM {found.table} WHERE team_id = :team", {})[0][0] for found in DAILY_SUMS
    )
    ((events,),) = store.fetch(team, "SELECT sum(events) FROM event_day WHERE team_id = :team", {})
    print(f"{int(events):,} events of {people} people in {lines:,} lines of daily sums; load {os.getloadavg()[0]:.0f}")
    print(f"ms: median (worst) of {tries}, CPU")
    print(f"{'read':<24}" + "".join(f"{f'{window} days':>22}" for window in WINDOWS))
    ((backend,),) = store.fetch(team, "SELECT pg_backend_pid()", {})
    found = []
    for name, read in READS.items():
        more = ("tools",) if name == "words of sessions" else ()
        cells = []
        for window in WINDOWS:
            days = Days(LAST - timedelta(days=window - 1), LAST)
            found.append(measure(partial(read, store, caller, days, *more), backend, tries))
            cells.append(found[-1].cell())
        print(f"{name:<24}" + "".join(f"{cell:>22}" for cell in cells), flush=True)
    slowest, costliest = max(one.median for one in found), max(one.cpu for one in found)
    print(f"slowest median: {slowest:,.0f} ms, most CPU: {costliest:,.0f} ms; goal: {GOAL_MS} ms")
