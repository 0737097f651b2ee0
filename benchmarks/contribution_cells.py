"""Whether a figure to be given away rests on too little: ``python -m benchmarks contribution_cells [--stores N]``.

Each store is drawn from a seed: sessions of several projects on several days, some that make up most of a figure, calls
of known and of private tools, private programs, paths, branches and names. Its contribution is made as the product
makes it, and every figure is counted anew from the rows by other means: one figure that rests on fewer than five
sessions or days, one that a session is more than half of, or one private word in the bytes, and it fails.
"""

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.shared_facts import SharedSpan
from twiceshy.records.exports import SharedKind
from twiceshy_data.contribute.gather_figures import FigureSource, GatheredFacts, gather_tables
from twiceshy_data.dataset.contribution_file import ContributionHead, render_contribution
from twiceshy_data.dataset.shared_vocabulary import name_ending, name_kind_of_file, name_program, name_tool

LEAST = 5
"""As the consent text says, not as the code does."""
START = date(2026, 9, 7)
SPAN = ("2026-09-07", "2026-11-02")
PRIVATE = "zebedee"
"""Part of every word that only one person has."""
TOOLS = ("Bash", "Read", "Edit", f"mcp__{PRIVATE}__query", f"{PRIVATE}Tool")
HEADS = ("git commit", "pytest", "npm run test", f"./{PRIVATE}.sh", f"npm run {PRIVATE}:ship", f"{PRIVATE}-cli login")
PATHS = ("src/a.py", "tests/test_a.py", "README.md", "uv.lock", f"{PRIVATE}/src/{PRIVATE}.go")
FAILURES = ((None, 0), (None, 0), (None, 0), ("error", 1), ("error", 127), ("rejected", None))
_CALLS = "SELECT c.session_id, substr(c.at, 1, 10), {} FROM call c JOIN result r ON r.uid = c.uid JOIN session s "
_CALLS += "ON s.id = c.session_id WHERE s.project_id = 1 AND s.real = 1"


class TriedStore(NamedTuple):
    """What one store gave."""

    cells: int
    faults: list[str]


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="contribution_cells")
    parser.add_argument("--stores", type=int, default=1000, help="stores to draw [1000]")
    wanted = parser.parse_args(words)
    began, cells, faults, empty = time.process_time(), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(wanted.stores):
            tried = try_store(Path(folder), seed)
            cells, faults, empty = cells + tried.cells, faults + len(tried.faults), empty + (tried.cells == 0)
            for fault in tried.faults:
                print(f"seed {seed}: {fault}")
    spent = time.process_time() - began
    print(f"{wanted.stores} stores, {cells} figures ({empty} stores gave none), {faults} below k; {spent:.0f} CPU s")


def try_store(folder: Path, seed: int) -> TriedStore:
    """Draw a store, make its contribution, and count every figure anew."""
    home = folder / str(seed)
    with Store.open(home) as store:
        fill_store(store.connection, random.Random(seed))
        source = FigureSource(SharedSpan(1, *SPAN), tuple(SharedKind))
        tables = gather_tables(GatheredFacts(store, [source], lambda _: False))
        data = render_contribution(ContributionHead("c-1", "twiceshy", "2026-W37", "2026-W44"), tables)
        found = json.loads(data)["tables"]
        faults = [f"{PRIVATE} is in the bytes"] if PRIVATE in data.decode().lower() else []
        with closing(sqlite3.connect(home / "twiceshy.db")) as rows:
            faults += [fault for check in CHECKS for fault in check(rows, found)]
        return TriedStore(sum(map(len, found.values())), faults)


def fill_store(connection: sqlite3.Connection, draw: random.Random) -> None:
    """Put in what sessions of two projects did."""
    days, number = draw.choice((1, 4, 6, 12, 40)), 0
    for project in (1, 2):
        name = f"{PRIVATE}-{project}"
        _put(connection, "project", id=project, identity=f"remote:host/{PRIVATE}/{name}", name=name)
    for session in range(1, draw.choice((1, 4, 7, 12, 25, 50)) + 1):
        at = START + timedelta(days=draw.randrange(days))
        uid = session.to_bytes(16, "big")
        values = {"agent": "claude-code", "native_id": PRIVATE, "branch": PRIVATE, "real": int(draw.random() < 0.9)}
        _put(connection, "session", id=session, uid=uid, project_id=draw.choice((1, 1, 1, 2)), **values)
        for _ in range(draw.choice((1, 3, 10, 60))):
            number += 1
            _put_call(connection, draw, session, number, at)
    connection.commit()


def _put_call(connection: sqlite3.Connection, draw: random.Random, session: int, number: int, at: date) -> None:
    uid, when = number.to_bytes(16, "little"), datetime(at.year, at.month, at.day, 9, tzinfo=UTC).isoformat()
    own = {"uid": uid, "session_id": session, "rank": number, "at": when.replace("+00:00", ".000Z")}
    tool, (failure, code) = draw.choice(TOOLS), draw.choice(FAILURES)
    head = draw.choice(HEADS) if tool == "Bash" else None
    _put(connection, "call", **own, tool=tool, action="run", head=head, input=PRIVATE)
    if draw.random() < 0.95:
        _put(connection, "result", **own, failure=failure, exit_code=code, text=PRIVATE)
    if head:
        times = {"runtime_s": draw.expovariate(0.3), "runtime_cut": int(draw.random() < 0.1), "failed": 0}
        _put(connection, "run_history", uid=uid, origin="log", at=own["at"], command_hash=b"h", **times)
    if tool == "Edit":
        flags = dict.fromkeys(("partial", "created", "deleted", "added", "removed", "user_modified"), 0)
        hashes = dict.fromkeys(("path_key", "added_hashes", "removed_hashes"), b"")
        _put(connection, "edit", **own, call=uid, path=draw.choice(PATHS), **flags, **hashes)


def _put(connection: sqlite3.Connection, table: str, **values: Any) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def _check_calls(rows: sqlite3.Connection, found: dict[str, Any]) -> list[str]:
    """Count calls by tool anew."""
    calls = rows.execute(_CALLS.format("c.tool, r.failure, r.exit_code")).fetchall()
    named = [(session, day, (name_tool(tool), name_ending(why, code))) for session, day, tool, why, code in calls]
    return _check_cells(named, found["tools"], ("tool", "ended"), "calls")


def _check_programs(rows: sqlite3.Connection, found: dict[str, Any]) -> list[str]:
    """Count runs by program anew."""
    calls = rows.execute(_CALLS.format("c.head, r.failure, r.exit_code") + " AND c.head IS NOT NULL").fetchall()
    named = [(session, day, (name_program(head), name_ending(why, code))) for session, day, head, why, code in calls]
    return _check_cells(named, found["programs"], ("program", "ended"), "runs")


def _check_cells(
    acts: Sequence[tuple[int, str, tuple[str, ...]]], cells: list[dict[str, Any]], names: tuple[str, str], counted: str
) -> list[str]:
    """Return what is wrong with the cells of a table."""
    told = {tuple(cell[name] for name in names): cell for cell in cells}
    sessions: defaultdict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    days: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for session, day, key in acts:
        place = key if key in told and key != ("other", "other") else ("other", "other")
        sessions[place][session] += 1
        days[place].add(day)
    faults = []
    for key, cell in told.items():
        total = sessions[key].total()
        most = max(sessions[key].values(), default=0)
        if len(sessions[key]) < LEAST or len(days[key]) < LEAST or 2 * most > total:
            faults.append(f"{counted} {key} rest on {len(sessions[key])} sessions, {len(days[key])} days, {most}")
        if cell["sessions"] > len(sessions[key]) or cell["sessions"] % 5 or abs(cell[counted] - total) > 0.05 * total:
            faults.append(f"{counted} {key} are {total}, and {cell[counted]} is told")
    return faults


def _check_durations(rows: sqlite3.Connection, found: dict[str, Any]) -> list[str]:
    """Count on how many sessions each time rests, from both sides."""
    query = """SELECT c.session_id, substr(c.at, 1, 10), c.head, h.runtime_s FROM call c
    JOIN run_history h ON h.uid = c.uid JOIN session s ON s.id = c.session_id
    WHERE s.project_id = 1 AND s.real = 1 AND h.runtime_cut = 0"""
    faults = []
    runs = rows.execute(query).fetchall()
    for cell in found["durations"]:
        own = [(session, day, seconds) for session, day, head, seconds in runs if name_program(head) == cell["program"]]
        most = max(Counter(session for session, _, _ in own).values())
        if len({day for _, day, _ in own}) < LEAST or 2 * most > len(own):
            faults.append(f"{cell} rests on too few days or on one session")
        for value in (cell["median_s"], cell["p90_s"]):
            sides = [{one for one, _, s in own if value is not None and (s <= value, s >= value)[at]} for at in (0, 1)]
            if value is not None and min(map(len, sides)) < LEAST:
                faults.append(f"{cell} has too few sessions on a side of {value}")
    return faults


def _check_files(rows: sqlite3.Connection, found: dict[str, Any]) -> list[str]:
    """Count both sides of each pair anew."""
    query = """SELECT e.session_id, e.path FROM edit e JOIN session s ON s.id = e.session_id
    WHERE s.project_id = 1 AND s.real = 1"""
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    for session, path in rows.execute(query):
        kinds[session].add(name_kind_of_file(path))
    faults = []
    for cell in found["files"]:
        own = [some for some in kinds.values() if cell["changed"] in some]
        together = sum(cell["beside"] in some for some in own)
        if min(together, len(own) - together) < LEAST or cell["together"] > together:
            faults.append(f"{cell} rests on {together} and {len(own) - together} sessions")
    return faults


CHECKS: tuple[Callable[[sqlite3.Connection, dict[str, Any]], list[str]], ...] = (
    _check_calls,
    _check_programs,
    _check_durations,
    _check_files,
)
