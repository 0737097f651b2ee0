"""A fleet's report over millions of calls: how long, how much memory, and the same counts by another way.

    python -m benchmarks fleet_report [--calls 1000000 10000000] [--shards 40]

It makes an output of that many calls in a temporary folder: sessions of 70 calls in 12 teams, 400 repositories and 900
people, with results of which 4 % failed, replies, tokens and outcomes, every number drawn from one seed. Each report
runs in a process of its own, which says its time, CPU time and largest memory. Then pyarrow counts sessions, calls,
failures and tokens by team in the same files, and both must agree to the last one.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twiceshy.base.config import load
from twiceshy_fleet import recipes as fleet
from twiceshy_fleet.lake.tables import TABLES, build_schema

CALLS_A_SESSION = 70  # as in the logs of 14 public sessions: 98 (measured with `fleet report`, 2026-11-23)
TEAMS, PEOPLE, PROJECTS = 12, 900, 400  # of an organisation of a thousand (guess, 2026-11-23)
FAILED = 0.04  # of calls (guess, 2026-11-23; public sessions: 1 to 6 %)
COPIED = 50  # sessions of each shard that stand in the next one too
KINDS = (("Bash", "run"), ("Read", "read"), ("Edit", "edit"), ("Grep", "search"))
HEADS = ("git status", "make", "pytest", "npm test", "ls", "git push")
MODELS = ("claude-opus-4-5", "claude-sonnet-4-5", "gpt-5", "unheard-of")
START_US = 1_790_000_000_000_000  # of the first session, in September 2026
SEED = 25


def make_output(output: Path, calls: int, shards: int) -> None:
    """Write an output of so many calls."""
    sessions = max(calls // CALLS_A_SESSION // shards, COPIED)
    for shard in range(shards):
        rng = np.random.default_rng(SEED + shard)
        last = calls - CALLS_A_SESSION * sessions * (shards - 1) if shard == shards - 1 else CALLS_A_SESSION * sessions
        rows = _Shard(rng, sessions, last, shard)
        for name, columns in rows.build().items():
            _write(output / "tables" / name / f"shard=s{shard:03}" / "rows.parquet", name, columns)
        if shard + 1 < shards:  # the next shard has copies of some sessions, and fewer of their rows
            _write(
                output / "tables" / "session" / f"shard=s{shard + 1:03}c" / "rows.parquet", "session", rows.copy_some()
            )


class _Shard:
    """The rows of one shard."""

    def __init__(self, rng: Any, sessions: int, calls: int, shard: int) -> None:
        self.rng, self.count, self.calls = rng, sessions, calls
        self.keys = _make_keys(rng, sessions)
        self.project = rng.integers(0, PROJECTS, sessions)
        self.person = rng.integers(0, PEOPLE, sessions)
        self.begin = START_US + rng.integers(0, 90 * 86_400_000_000, sessions) + shard

    def build(self) -> dict[str, dict[str, Any]]:
        """Return the columns of each table."""
        rng = self.rng
        owner = np.sort(rng.integers(0, self.count, self.calls))
        uids, kind = _make_keys(rng, self.calls), rng.integers(0, len(KINDS), self.calls)
        head = rng.integers(0, len(HEADS), self.calls)
        failed, at = rng.random(self.calls) < FAILED, self.begin[owner] + rng.integers(0, 3_600_000_000, self.calls)
        words = np.array(["error", None], dtype=object)[(~failed).astype(int)]
        messages = np.array(["exit status 1", None], dtype=object)[(~failed).astype(int)]
        every = np.arange(self.count)
        used = np.repeat(every, CALLS_A_SESSION // 2)
        return {
            "session": self._list_sessions(every, self.begin + 3_600_000_000),
            "call": {
                **self._name(owner),
                "uid": uids,
                "at": at,
                "tool": _choose([tool for tool, _ in KINDS], kind),
                "action": _choose([action for _, action in KINDS], kind),
                "head": _choose(HEADS, head),
            },
            "result": {
                **self._name(owner),
                "uid": uids,
                "at": at + rng.integers(0, 60_000_000, self.calls),
                "failure": pa.array(words, pa.string()),
                "message": pa.array(messages, pa.string()),
            },
            "reply": {**self._name(used), "model": _choose(MODELS, rng.integers(0, len(MODELS), len(used)))},
            "usage": {
                **self._name(used),
                "model": _choose(MODELS, rng.integers(0, len(MODELS), len(used))),
                **{
                    name: rng.integers(0, 50_000, len(used))
                    for name in ("input", "output", "cache_write", "cache_read")
                },
                "cache_write_1h": np.zeros(len(used), dtype=np.int64),
                "unended": np.zeros(len(used), dtype=bool),
            },
            "outcome": {
                **self._name(every),
                "tasks": np.full(self.count, 2),
                "first_pass_tasks": rng.integers(0, 3, self.count),
                "corrections": rng.integers(0, 3, self.count),
                "corrections_needed": rng.random(self.count) < 0.3,  # any share would do
                "rollback": rng.random(self.count) < 0.1,  # as above
            },
        }

    def copy_some(self) -> dict[str, Any]:
        """Return the rows of some sessions, as of half an hour before."""
        some = np.arange(COPIED)
        return self._list_sessions(some, self.begin[some] + 1_800_000_000)

    def _list_sessions(self, some: Any, ends: Any) -> dict[str, Any]:
        names = [f"project {one}" for one in range(PROJECTS)]
        return {
            **self._name(some),
            "agent": _choose(("claude-code", "codex"), self.project[some] % 2),
            "project": _choose(names, self.project[some]),
            "project_name": _choose(names, self.project[some]),
            "first_at": self.begin[some],
            "last_at": ends,
            "real": np.ones(len(some), dtype=bool),
        }

    def _name(self, owner: Any) -> dict[str, Any]:
        """Return whose the rows are: a person is of one team."""
        person = self.person[owner]
        return {
            "session": self.keys.take(pa.array(owner)),
            "team": _choose([f"team {one}" for one in range(TEAMS)], person % TEAMS),
            "person": _choose([f"{one:016x}" for one in range(PEOPLE)], person),
        }


def _make_keys(rng: Any, count: int) -> Any:
    data = rng.bytes(16 * count)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), count, [None, pa.py_buffer(data)]).cast(pa.binary())


def _choose(names: Sequence[str], places: Any) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(list(names))).cast(pa.string())


def _write(path: Path, name: str, columns: dict[str, Any]) -> None:
    """Write a table; what is not given is empty."""
    schema = build_schema(TABLES[name].columns)
    count = len(columns["session"])
    arrays = []
    for field in schema:
        given = columns.get(field.name)
        if given is None:
            arrays.append(pa.nulls(count, field.type))
        else:
            array = given if isinstance(given, pa.Array | pa.ChunkedArray) else pa.array(given)
            arrays.append(array.cast(field.type))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=schema), path, compression="zstd", compression_level=3, row_group_size=8192
    )


def count_by_arrow(output: Path) -> dict[str, tuple[int, int, int, int]]:
    """Return sessions, calls, failures and tokens by team, as pyarrow counts them file by file."""
    found: dict[str, list[int]] = {}
    for name, place in (("session", 0), ("call", 1), ("result", 2), ("usage", 3)):
        for path in sorted((output / "tables" / name).rglob("s[0-9][0-9][0-9]/rows.parquet")) or sorted(
            one for one in (output / "tables" / name).rglob("rows.parquet") if not one.parent.name.endswith("c")
        ):
            wanted = {"result": ["team", "failure"], "usage": ["team", "input", "output", "cache_write", "cache_read"]}
            table = pq.read_table(path, columns=wanted.get(name, ["team"]), partitioning=None)
            if name == "result":
                table = table.filter(pc.equal(table["failure"], "error"))
            weights = [pc.cast(table[one], pa.int64()) for one in wanted["usage"][1:]] if name == "usage" else []
            total = weights[0] if weights else pa.chunked_array([np.ones(len(table), dtype=np.int64)])
            for more in weights[1:]:
                total = pc.add(total, more)
            sums = pa.table({"team": table["team"], "n": total}).group_by("team").aggregate([("n", "sum")])
            for team, count in zip(sums["team"].to_pylist(), sums["n_sum"].to_pylist(), strict=True):
                found.setdefault(team, [0, 0, 0, 0])[place] += count
    return {team: (row[0], row[1], row[2], row[3]) for team, row in found.items()}


def run_once(output: Path) -> None:
    """Print what one report took and counted."""
    config = load({"home": str(output / "home")}, {}, output)
    started = time.perf_counter()
    found = fleet.build_fleet_report(config, str(output))
    took = {
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_s": round(sum(os.times()[:2]), 2),
        "mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "copies": found.copies,
        "teams": {one.key: (one.sessions, one.calls, one.failed.hits, one.tokens.total) for one in found.groups},
    }
    print(json.dumps(took))


def main(arguments: Sequence[str]) -> None:
    """Make outputs, ask, and compare."""
    parser = argparse.ArgumentParser(prog="fleet_report", description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.one:
        run_once(args.one)
        return
    for calls in args.calls:
        with tempfile.TemporaryDirectory(prefix="fleet-report-") as name:
            output = Path(name)
            make_output(output, calls, args.shards)
            size = sum(path.stat().st_size for path in output.rglob("*.parquet")) / 1e6
            words = [sys.executable, "-m", "benchmarks", "fleet_report", "--one", name]
            runs = [
                json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
                for _ in range(args.rounds)
            ]
            counted = count_by_arrow(output)
            equal = all({team: tuple(row) for team, row in run["teams"].items()} == counted for run in runs)
            load_1m = os.getloadavg()[0]
            print(
                f"{calls:>11,} calls, {size:,.0f} MB: {[run['seconds'] for run in runs]} s, "
                f"CPU {[run['cpu_s'] for run in runs]} s, at most {max(run['mb'] for run in runs)} MB, "
                f"{runs[0]['copies']} copies; equal to pyarrow's counts: {equal}; load {load_1m:.1f}",
                flush=True,
            )
