"""What Spark costs beside plain processes, what a second worker is worth, and whether killed executors lose rows.

``python -m benchmarks fleet_engine [--items 16] [--seconds 2] [--legs processes:1,processes:2,spark:1,spark:2]
[--rounds 0] [--logs FOLDER ...] [--shard-mb 16]``

Each leg is a process of its own over the same items. Without ``--logs`` an item hashes for about ``--seconds`` of CPU
and gives rows; with it, an item is a shard of these logs, worked on as a fleet's run does, into a fresh folder.
CPU is that of everything that the leg started (driver, executors, Python workers, their processes), read from /proc ten
times a second: what a process used in its last tenth of a second is not counted. Memory is the largest sum, over an
executor and everything below it, of what the system says is their own share (Pss). ``--rounds``: so many times all
items on Spark with two workers, each time an executor (odd rounds) or a Python worker (even ones) killed at a drawn
moment.
"""

import argparse
import functools
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, Self

from twiceshy.base.spread import FailedItem, LostItem
from twiceshy_fleet.cluster.engines import open_engine
from twiceshy_fleet.cluster.work_engine import EngineWish, WorkEngine

_LEGS = "processes:1,processes:2,spark:1,spark:2"
_LOOK_S = 0.1
_MEMORY_EVERY = 5
"""Looks; reading shares of memory costs the system more than reading times."""
_TICKS = os.sysconf("SC_CLK_TCK")
_HASHES_A_SECOND = 600_000  # of one core here, 2026-11-23; only a size
_ROWS = 1000
Job = tuple[Callable[[Any, Any], Any], list[Any], Callable[[], Any]]


class UnitAnswer(NamedTuple):
    """What came of one item."""

    rows: int
    digest: str
    cpu_s: float


class Usage:
    """CPU and memory of everything below a process, looked at in a thread."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.cpu: dict[tuple[int, str], tuple[float, str]] = {}
        self.peak_mb: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        looks = 0
        while not self._ended.wait(_LOOK_S):
            self.look(memory=looks % _MEMORY_EVERY == 0)
            looks += 1

    def look(self, *, memory: bool) -> None:
        """Add what is there now."""
        parents, found = read_processes()
        below = {pid: path for pid in found if (path := trace(pid, self.root, parents))}
        kinds = {pid: name_kind(pid) for pid in below}
        for pid in below:
            begun, used = found[pid]
            kind = kinds[pid] or self.cpu.get((pid, begun), (0, "driver"))[1]  # one that has ended has no name
            self.cpu[pid, begun] = (used, kind)
        if not memory:
            return
        sums: dict[int, float] = {}
        for pid, path in below.items():
            top = next((one for one in path if kinds.get(one) == "executor"), self.root)
            sums[top] = sums.get(top, 0.0) + read_share(pid)
        for top, size in sums.items():
            kind = kinds.get(top, "the rest")
            self.peak_mb[kind] = max(self.peak_mb.get(kind, 0.0), size)

    def cpu_by_kind(self) -> dict[str, float]:
        """CPU seconds so far."""
        sums: dict[str, float] = {}
        for used, kind in self.cpu.values():
            sums[kind] = sums.get(kind, 0.0) + used
        return {kind: round(used, 1) for kind, used in sorted(sums.items())}


def read_processes() -> tuple[dict[int, int], dict[int, tuple[str, float]]]:
    """Each process's parent; when it began, and the CPU seconds that it used itself."""
    parents, found = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(fields[1])
            found[int(entry.name)] = (fields[19], (int(fields[11]) + int(fields[12])) / _TICKS)
    return parents, found


def trace(pid: int, root: int, parents: dict[int, int]) -> list[int]:
    """From a process up to the root; empty if that is not above it."""
    path = [pid]
    while path[-1] != root:
        above = parents.get(path[-1], 0)
        if above <= 1 or len(path) > 50:
            return []
        path.append(above)
    return path


def name_kind(pid: int) -> str:
    """What sort of process it is."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    if not words:
        return ""
    if b"worker_process" in words:
        return "item processes"
    if b"pyspark.daemon" in words:
        return "Python workers"
    if b"CoarseGrainedExecutorBackend" in words:
        return "executor"
    return "driver's JVM" if b"java" in words.split(b"\0")[0] else "driver"


def read_share(pid: int) -> float:
    """Its share of the memory in 10**6 bytes."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024 / 1e6
    return 0.0


def hash_for(seconds: float, number: int) -> UnitAnswer:
    """Rows that need about so much CPU."""
    begun = time.process_time()
    drawn = Random(number).randbytes(64)
    whole = sha256()
    for row in range(_ROWS):
        for _ in range(int(seconds * _HASHES_A_SECOND / _ROWS)):
            drawn = sha256(drawn).digest()
        whole.update(json.dumps({"row": row, "item": number, "value": drawn.hex()}).encode())
    return UnitAnswer(_ROWS, whole.hexdigest(), time.process_time() - begun)


def make_synthetic(options: argparse.Namespace) -> Job:
    """So many items of so many seconds."""
    return hash_for, list(range(options.items)), functools.partial(float, options.seconds)


def make_real(options: argparse.Namespace, output: Path) -> Job:
    """The shards of some logs, into a fresh output."""
    from twiceshy.base.config import Config  # noqa: PLC0415  # a synthetic leg does without
    from twiceshy.records.fleet import FleetWish  # noqa: PLC0415
    from twiceshy_fleet.planning.packing import pack_groups  # noqa: PLC0415
    from twiceshy_fleet.recipes import prepare_work as preparing  # noqa: PLC0415
    from twiceshy_fleet.recipes.open_fleet import open_fleet  # noqa: PLC0415
    from twiceshy_fleet.shards.shard_work import prepare_desk, work_on_shard  # noqa: PLC0415

    size = options.shard_mb * 1_000_000  # a small try has more than one shard, too
    vars(preparing)["pack_groups"] = lambda sizes, members, *_: pack_groups(sizes, members, size)
    home = output / "home"
    home.mkdir(parents=True)
    secret = home / "secret"
    secret.write_bytes(b"the benchmark's secret, 32 bytes")
    secret.chmod(0o600)
    config = Config(home=home)
    wish = FleetWish(output=str(output / "out"), logs=tuple(options.logs), secret=str(secret))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    fleet = open_fleet(wish, config, os.environ)
    listing = preparing.prepare_work(fleet.wish, fleet.manifest, fleet.secret, now=now)
    return work_on_shard, list(listing.works), functools.partial(prepare_desk, config, str(secret))


def run_leg(options: argparse.Namespace) -> None:
    """Run all items on one engine; write what came of it as JSON."""
    name, workers = options.leg.split(":")
    with tempfile.TemporaryDirectory(prefix="fleet-engine-") as folder:
        job = make_real(options, Path(folder)) if options.logs else make_synthetic(options)
        opened = time.monotonic()
        with open_engine(name, EngineWish(workers=int(workers))) as work:
            ready = time.monotonic()
            rounds = []
            for at in range(options.rounds or 1):
                killer = Killer(at, job, options) if options.rounds else None
                rounds.append(sum_answers(work, job, Path(folder)))
                if killer:
                    rounds[-1]["killed"] = killer.end()
                    print(f"round {at + 1}: {rounds[-1]}", file=sys.stderr)
            ended = time.monotonic()
        figures = {"start_s": round(ready - opened, 1), "work_s": round(ended - ready, 1), "rounds": rounds}
    Path(options.result).write_text(json.dumps(figures))


def sum_answers(work: WorkEngine, job: Job, folder: Path) -> dict[str, Any]:
    """Rows, their hash, CPU of the items themselves, and how many items were not answered."""
    function, items, setup = job
    rows, cpu_s, whole, lost = 0, 0.0, sha256(), []
    for answer in work(function, items, setup=setup):
        if isinstance(answer, LostItem | FailedItem):
            lost.append(repr(getattr(answer, "reason", None) or getattr(answer, "error", None))[:200])
            continue
        rows += answer.rows if isinstance(answer, UnitAnswer) else sum(answer.rows.values())
        cpu_s += answer.cpu_s
        whole.update(answer.digest.encode() if isinstance(answer, UnitAnswer) else b"")
    for path in sorted((folder / "out" / "tables").rglob("*.parquet")):
        whole.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return {"rows": rows, "items": len(items), "cpu_s": round(cpu_s, 1), "digest": whole.hexdigest()[:16], "lost": lost}


class Killer:
    """Kills one process of Spark's at a drawn moment, in a thread."""

    def __init__(self, at: int, job: Job, options: argparse.Namespace) -> None:
        drawn = Random(at)
        self.kind = "executor" if at % 2 == 0 else "Python workers"
        self.after_s = drawn.uniform(0.5, max(1.0, len(job[1]) * options.seconds / 2))
        self.drawn = drawn
        self.killed = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._kill, daemon=True)
        self._thread.start()

    def _kill(self) -> None:
        self._ended.wait(self.after_s)
        while not self._ended.wait(0.1):
            parents, found = read_processes()
            mine = sorted(pid for pid in found if trace(pid, os.getpid(), parents) and name_kind(pid) == self.kind)
            busy = [pid for pid in mine if self.kind == "executor" or any(one == pid for one in parents.values())]
            if busy:
                os.kill(self.drawn.choice(busy), signal.SIGKILL)
                self.killed = f"{self.kind} after {self.after_s:.1f} s"
                return

    def end(self) -> str:
        """What it killed."""
        self._ended.set()
        self._thread.join()
        return self.killed


def measure(options: argparse.Namespace, leg: str, rounds: int) -> dict[str, Any]:
    """Run a leg as a process, and add what it used."""
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        words = ["--leg", leg, "--result", result.name, "--items", str(options.items), "--rounds", str(rounds)]
        words += ["--seconds", str(options.seconds), "--shard-mb", str(options.shard_mb)]
        words += ["--logs", *options.logs] if options.logs else []
        command = [sys.executable, "-m", "benchmarks", "fleet_engine", *words]
        with subprocess.Popen(command) as process, Usage(process.pid) as usage:
            if process.wait():
                raise SystemExit(f"{leg} failed")
        figures: dict[str, Any] = json.loads(Path(result.name).read_text())
    cpu = usage.cpu_by_kind()
    return {"leg": leg, **figures, "cpu": cpu, "cpu_s": round(sum(cpu.values()), 1), "peak_mb": usage.peak_mb}


def print_leg(figures: dict[str, Any]) -> None:
    done = figures["rounds"][0]
    memory = ", ".join(f"{kind} {size:.0f} MB" for kind, size in sorted(figures["peak_mb"].items()))
    print(
        f"{figures['leg']:12} {done['rows']} rows {done['digest']}  {len(done['lost'])} lost of {done['items']}  "
        f"start {figures['start_s']} s  work {figures['work_s']} s  CPU {figures['cpu_s']} s "
        f"(items {done['cpu_s']} s; {figures['cpu']})  {memory}"
    )
    for reason in done["lost"]:
        print(f"  lost: {reason}")


def print_ratios(legs: dict[str, dict[str, Any]]) -> None:
    def rate(leg: str) -> float:
        done = legs[leg]["rounds"][0]
        return float(done["rows"]) / float(done["cpu_s"])

    for engine in ("processes", "spark"):
        if {f"{engine}:1", f"{engine}:2"} <= legs.keys():
            print(
                f"rows a worker-CPU-second, 2 workers over 1, {engine}: {rate(f'{engine}:2') / rate(f'{engine}:1'):.3f}"
            )
    if {"processes:2", "spark:2"} <= legs.keys():
        ratio = legs["spark:2"]["cpu_s"] / legs["processes:2"]["cpu_s"]
        print(f"CPU of Spark over processes, 2 workers: {ratio:.3f}")
    print(f"same rows: {len({leg['rounds'][0]['digest'] for leg in legs.values()}) == 1}")


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fleet_engine", description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--items", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--legs", default=_LEGS)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--logs", nargs="*", default=[])
    parser.add_argument("--shard-mb", type=int, default=16)
    parser.add_argument("--leg", help=argparse.SUPPRESS)
    parser.add_argument("--result", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    options = parse(words)
    if options.leg:
        run_leg(options)
        return 0
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    legs = {}
    for leg in re.findall(r"\w+:\d+", options.legs):
        legs[leg] = measure(options, leg, 0)
        print_leg(legs[leg])
    if legs:
        print_ratios(legs)
    if options.rounds:
        killed = measure(options, "spark:2", options.rounds)
        print_leg(killed)
        digests = {one["digest"] for one in killed["rounds"]} | {leg["rounds"][0]["digest"] for leg in legs.values()}
        rows = {one["rows"] for one in killed["rounds"]}
        lost = sum(len(one["lost"]) for one in killed["rounds"])
        kills = sum(bool(one["killed"]) for one in killed["rounds"])
        print(f"{options.rounds} rounds, {kills} with a kill: rows {rows}, {len(digests)} output(s), {lost} lost")
    print(f"load {os.getloadavg()[0]:.1f} after")
    return 0
