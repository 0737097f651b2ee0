"""Whether the time account's cells are the wall clock, what their shares are, what they take to compute, and waits.

``python -m benchmarks session_time HOME [PROJECT ...] [--logs FOLDER] [--waits COUNT]``: HOME is a data folder with
ingested logs. Printed are the sessions of each agent whose cells add up to their wall clock, the shares by cause, and
CPU seconds. With ``--logs`` Claude Code's logs of a folder are counted again, by code of their own: the first and the
last time of each session. With ``--waits`` so many inferred waits of the projects are drawn at random, to be read.
"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.account.made_times import SettledSession, settle_sessions
from twiceshy.account.session_time import find_wait
from twiceshy.archive.db import Store
from twiceshy.archive.timed_sessions import read_time_states
from twiceshy.base.values import Scope
from twiceshy.records.session_time import TimeCause

SEED = 8
SHOWN = 0.0005
NEAR_MS = 1000
HOUR = 3_600_000
RECORDS = {"user", "assistant", "system", "attachment"}


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("projects", nargs="*")
    parser.add_argument("--logs", type=Path)
    parser.add_argument("--waits", type=int, default=0)
    given = parser.parse_args(arguments)
    with Store.open(given.home, readonly=True) as store:
        began = time.process_time()
        wanted = read_time_states(store.connection, Scope())
        settled = list(settle_sessions(store, wanted.values()))
        print(f"{time.process_time() - began:.2f} CPU s, {len(settled)} of {len(wanted)} sessions have times")
        print_agents(settled)
        if given.logs:
            compare_walls(store, settled, given.logs)
        if given.waits:
            picked = [one for one in settled if not given.projects or one.state.name in given.projects]
            print_waits(store, picked, given.waits)


def print_agents(settled: list[SettledSession]) -> None:
    """Print for each agent the sessions whose cells are their wall clock, and the shares by cause."""
    groups: dict[str, list[SettledSession]] = defaultdict(list)
    for one in settled:
        groups[one.state.agent].append(one)
    for agent, found in sorted(groups.items()):
        equal = sum(
            sum(one.cells.values()) == one.time.wall and min(one.cells.values(), default=0) >= 0 for one in found
        )
        causes: Counter[str] = Counter()
        for one in found:
            for key, ms in one.cells.items():
                causes[key.cause.value + (", inferred" if key.inferred else "")] += ms
        apart = causes.pop(TimeCause.AWAY.value, 0), causes.pop(TimeCause.UNKNOWN.value, 0)
        print(f"{agent}: {equal} of {len(found)} sessions add up exactly; {causes.total() / HOUR:.1f} h, and", end=" ")
        print(f"{apart[0] / HOUR:.1f} h away, {apart[1] / HOUR:.1f} h unknown")
        for cause, ms in causes.most_common():
            if ms > SHOWN * causes.total():
                print(f"  {100 * ms / causes.total():5.1f} % {cause}")


def compare_walls(store: Store, settled: list[SettledSession], folder: Path) -> None:
    """Print how many sessions of Claude Code have the wall clock that their raw logs give."""
    stored = {one.state.id: one.time.wall for one in settled if one.state.agent == "claude-code"}
    names = dict(store.connection.execute("SELECT id, native_id FROM session").fetchall())
    raw = recount_walls(folder)
    pairs = [(raw[names[key]], wall) for key, wall in stored.items() if names[key] in raw]
    near = sum(abs(own - wall) <= NEAR_MS for own, wall in pairs)
    print(f"raw logs: {near} of {len(pairs)} sessions have the same wall clock within a second", end="; ")
    print(f"{sum(wall for _, wall in pairs) / HOUR:.1f} h against {sum(own for own, _ in pairs) / HOUR:.1f} h")
    for own, wall in sorted(pairs, key=lambda pair: -abs(pair[0] - pair[1]))[:5]:
        print(f"  {wall / 1000:,.0f} s, raw {own / 1000:,.0f} s")


def recount_walls(folder: Path) -> dict[str, int]:
    """Return the milliseconds from the first to the last record of each session; copies count once."""
    ends: dict[str, tuple[float, float]] = {}
    seen: set[str] = set()
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                record = json.loads(line)
                if record["type"] not in RECORDS or record["uuid"] in seen:
                    continue
                at = datetime.fromisoformat(record["timestamp"]).timestamp()
                session = record["sessionId"]
            except (ValueError, KeyError, TypeError):
                continue
            seen.add(record["uuid"])
            first, last = ends.get(session, (at, at))
            ends[session] = min(first, at), max(last, at)
    return {session: round(1000 * (last - first)) for session, (first, last) in ends.items()}


def print_waits(store: Store, settled: list[SettledSession], count: int) -> None:
    """Print inferred waits at random: which call, how long it took, and how much of it is said to be waiting."""
    found = [
        (one, span, waited)
        for one in settled
        if one.time.person
        for span in one.time.spans
        if 0 < (waited := find_wait(span, one.usual)) <= HOUR
    ]
    print(f"{len(found)} inferred waits")
    for one, span, waited in random.Random(SEED).sample(found, min(count, len(found))):
        at, native, tool, about = store.connection.execute(
            """SELECT c.at, s.native_id, c.tool, substr(coalesce(c.command, c.path, c.input), 1, 90) FROM call c
            JOIN session s ON s.id = c.session_id WHERE c.uid = ?""",
            (span.uid,),
        ).fetchone()
        begun = datetime.fromtimestamp(one.time.begin / 1000, UTC)
        print(json.dumps([native, at, tool, span.ms, waited, about, f"{begun:%Y-%m-%d}", one.state.name]))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
