"""What the table of features costs: CPU seconds, peak memory and size of all changes of a repository, then of one.

``python -m benchmarks risk_features REPOSITORY ...`` runs ``twiceshy features`` three times on each, in a fresh data
folder: all changes as CSV, all again (what is cached stays), and the newest change alone. CPU seconds are of the
program and of git; memory is the peak of the program, git's own aside.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

CALLS = {"all": ("--all",), "again": ("--all",), "one": ("HEAD", "--format", "csv")}


class Cost(NamedTuple):
    """What one call took."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks risk_features", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    args = parser.parse_args(argv)
    print(
        "| repository | rows | columns | size, MB | all: CPU s, peak MB | again: CPU s | newest change: CPU s, wall s |"
    )
    print("|---|---|---|---|---|---|---|")
    for repo in args.repositories:
        with tempfile.TemporaryDirectory() as folder:
            costs = {name: measure(repo, Path(folder), name, words) for name, words in CALLS.items()}
            rows = (Path(folder) / "all.csv").read_bytes().split(b"\n")
        first, again, one = costs["all"], costs["again"], costs["one"]
        name = repo.parent.name if repo.name == "repo" else repo.name
        print(
            f"| {name} | {len(rows) - 2:,} | {rows[0].count(b',') - 5}"
            f" | {sum(map(len, rows)) / 1e6:.1f} | {first.cpu_s:.1f}, {first.peak_mb:.0f} | {again.cpu_s:.1f}"
            f" | {one.cpu_s:.2f}, {one.wall_s:.2f} |",
            flush=True,
        )


def measure(repo: Path, folder: Path, name: str, words: tuple[str, ...]) -> Cost:
    """What a call costs in a process of its own."""
    context = get_context("spawn")
    answers, tell = context.Pipe(duplex=False)
    output = str(folder / f"{name}.csv")
    call = ("--home", str(folder / "store"), "features", *words, "--repo", str(repo), "-o", output)
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    process = context.Process(target=spend, args=(call, tell))
    process.start()
    tell.close()
    cost: Cost = answers.recv()
    process.join()
    return cost


def spend(call: tuple[str, ...], tell: object) -> None:
    """Run the call here, and tell what it took since this process began."""
    from twiceshy.surfaces.cli.main import main as run  # noqa: PLC0415  # its import is part of what a call costs

    started = time.perf_counter()
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    code = run(list(call))
    if code:
        sys.exit(code)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_s = sum(one.ru_utime + one.ru_stime for one in used)
    tell.send(Cost(cpu_s, time.perf_counter() - started, used[0].ru_maxrss / 1024))  # type: ignore[attr-defined]
