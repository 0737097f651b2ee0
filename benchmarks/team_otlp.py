"""How fast a team's server takes what agents' exporters send, step by step, in both forms of OTLP.

``python -m benchmarks team_otlp [--events 20480] [--batch 512] [--rounds 5]``: starts a PostgreSQL of its own that
waits for the disk. Twenty sessions of Claude Code go through, 512 events a request, as OpenTelemetry's SDKs send them,
with the attributes that 2.1.197 sends (commands' inputs too). One client, one process; HTTP itself is not in it. Of
each form:

- ``read``: the request's bytes into flat records;
- ``rows``: these, and records into rows;
- ``whole``: these, the search for secrets, storing under row security with daily sums, and the rows of sessions.

A last line sends all requests a second time: everything is known then, and sessions stay as they are.
"""

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from tests.logs.otlp.exports import CLAUDE, a_claude_event, some_logs, write_json, write_protobuf
from tests.postgres import LOGIN, MISSING, PostgresqlServer, find_programs, make_template

from twiceshy.logs.otlp.exporters import Exported
from twiceshy.logs.otlp.metric_rows import make_event_rows
from twiceshy.logs.otlp.requests import read_json_logs, read_protobuf_logs
from twiceshy.privacy.row_scan import RowScan
from twiceshy.records.team import Caller
from twiceshy_team.serve.otlp_intake import take_export
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.store.opening import open_team_store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SESSIONS = 20
FORMS: Mapping[str, tuple[str, Callable[[bytes], Exported], Callable[[Any], bytes]]] = {
    "protobuf": ("application/x-protobuf", read_protobuf_logs, write_protobuf),
    "json": ("application/json", read_json_logs, write_json),
}
STEPS = ("read", "rows", "whole", "again")


def make_events(count: int, seed: int) -> list[dict[str, Any]]:
    """Events of sessions side by side: of each five, a decision, a result, two requests of the API and a hook."""
    random = Random(seed)
    sessions = [str(UUID(bytes=random.randbytes(16), version=4)) for _ in range(SESSIONS)]
    makers = (make_decision, make_result, make_request, make_request, make_hook)
    events = []
    for number in range(count):
        name, attributes = random.choice(makers)(random)
        events.append(a_claude_event(name, number, attributes, session=sessions[number % SESSIONS]))
    return events


def make_call(random: Random) -> dict[str, Any]:
    return {"tool_name": random.choice(("Bash", "Read", "Edit")), "tool_use_id": f"toolu_{random.randbytes(12).hex()}"}


def make_decision(random: Random) -> tuple[str, dict[str, Any]]:
    return "tool_decision", {**make_call(random), "decision": "accept", "source": "config"}


def make_result(random: Random) -> tuple[str, dict[str, Any]]:
    asked = {"command": f"npm test -- --grep case{random.randrange(10_000)}", "description": "Run the tests"}
    found = {"success": random.choice(("true", "true", "false")), "duration_ms": random.randrange(9000)}
    size = random.randrange(20_000)
    return "tool_result", {
        **make_call(random),
        **found,
        "tool_input": json.dumps(asked),
        "tool_result_size_bytes": size,
    }


def make_request(random: Random) -> tuple[str, dict[str, Any]]:
    tokens = {"input_tokens": 5000, "output_tokens": 900, "cache_read_tokens": 90_000, "duration_ms": 20_000}
    counts = {name: random.randrange(most) for name, most in tokens.items()}
    return "api_request", {"model": "claude-opus-4-8", "cost_usd": random.random() / 10, **counts}


def make_hook(random: Random) -> tuple[str, dict[str, Any]]:
    return "hook_execution_complete", {"hook_event": "PreToolUse", "total_duration_ms": random.randrange(300)}


def measure(server: TeamServer, form: str, bodies: Sequence[bytes]) -> dict[str, float]:
    """Seconds of each step, for a new team."""
    media, read, _ = FORMS[form]
    spent = {"read": time_each(read, bodies)}
    spent["rows"] = time_each(
        lambda body: make_event_rows(read(body).logs, salt=b"salt", level="counts", now=NOW), bodies
    )
    team = server.store.make_team("a team", NOW)
    caller = Caller(team=team, member=server.store.make_member(team, "a person", NOW), scopes=frozenset({"write"}))
    for step, verdict in (("whole", "stored"), ("again", "known")):
        started = time.perf_counter()
        taken = [take_export(server, caller, "logs", body, NOW, content_type=media) for body in bodies]
        spent[step] = time.perf_counter() - started
        if any(set(one.counts) - {"bytes", "sessions"} != {verdict} for one in taken):
            raise RuntimeError(f"not every event is {verdict}")
    return spent


def time_each(take: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    started = time.perf_counter()
    for body in bodies:
        take(body)
    return time.perf_counter() - started


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks team_otlp", description=__doc__)
    parser.add_argument("--events", type=int, default=20_480)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(argv)
    programs = find_programs()
    if programs is None:
        raise SystemExit(MISSING)
    database = PostgresqlServer(programs, durable=True)
    try:
        database.start()
        make_template(database)
        store = open_team_store(database.url("template_team", LOGIN))
        compare(TeamServer(store=store, scan=RowScan(), level="full"), args.events, args.batch, args.rounds)
        store.close()
    finally:
        database.remove()


def compare(server: TeamServer, count: int, size: int, rounds: int) -> None:
    spent: dict[tuple[str, str], list[float]] = defaultdict(list)
    sizes = {}
    for number in range(rounds + 1):
        events = make_events(count, number)
        for form, (_, _, write) in FORMS.items():
            bodies = [write(some_logs(CLAUDE, events[place : place + size])) for place in range(0, count, size)]
            sizes[form] = sum(map(len, bodies))
            for step, seconds in measure(server, form, bodies).items():
                if number:  # the first warms up
                    spent[form, step].append(seconds)
    print(f"{count:,} events of {SESSIONS} sessions, {size} a request, {rounds} rounds: median (slowest to fastest)")
    print(f"{'form':<10}{'step':<8}{'events/s':>28}{'MB/s':>8}")
    for form in FORMS:
        for step in STEPS:
            found = spent[form, step]
            middle = statistics.median(found)
            rates = f"{count / middle:,.0f} ({count / max(found):,.0f} to {count / min(found):,.0f})"
            print(f"{form:<10}{step:<8}{rates:>28}{sizes[form] / middle / 1e6:>8.1f}")
