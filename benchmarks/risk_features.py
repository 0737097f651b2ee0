"""What features and answers cost: CPU seconds, peak memory and size of all changes of a repository, then of one.

``python -m benchmarks risk_features REPOSITORY ...`` runs ``twiceshy`` in a fresh data folder: the features of all
changes as CSV, all again (what is cached stays), the newest change alone; then ``risk`` without a model, again, of the
newest change alone, and of a diff (of the newest change again); each in a process of its own, imports and all. CPU
seconds are of the program and of git; memory is the peak of the program, git's own aside.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from twiceshy.logs.git_program import ask_git

CALLS = {
    "all": ("features", "--all", "-o", "all.csv"),
    "again": ("features", "--all", "-o", "again.csv"),
    "one": ("features", "NEWEST"),
    "sizes": ("risk", "--top", "3"),
    "list": ("risk", "--top", "3"),
    "newest": ("risk", "NEWEST"),
    "diff": ("risk", "--diff", "one.diff"),
}


class Cost(NamedTuple):
    """What one call took."""

    cpu_s: float
    git_s: float
    peak_mb: float


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks risk_features", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    args = parser.parse_args(argv)
    columns = ("all", "again", "features of one change", "risk: first", "3 changes", "one change", "a diff")
    print(f"| repository | rows | columns | MB | {' | '.join(columns)} |")
    print("|---" * (4 + len(columns)) + "|")
    for repo in (one.resolve() for one in args.repositories):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            newest = ask_git(repo, "rev-list", "--no-merges", "-n", "1", "HEAD").strip()
            patch = ask_git(repo, "diff", "--no-ext-diff", f"{newest}~1", newest)
            (folder / "one.diff").write_text(patch, "utf-8", errors="replace")
            costs = [
                measure(repo, folder, [newest if one == "NEWEST" else one for one in words]) for words in CALLS.values()
            ]
            rows = (folder / "all.csv").read_bytes().split(b"\n")
        size = f"{len(rows) - 2:,} | {rows[0].count(b',') - 5} | {sum(map(len, rows)) / 1e6:.1f}"
        told = [f"{one.cpu_s:.2f} + {one.git_s:.2f} s, {one.peak_mb:.0f} MB" for one in costs]
        print(f"| {repo.parent.name if repo.name == 'repo' else repo.name} | {size} | {' | '.join(told)} |", flush=True)


def measure(repo: Path, folder: Path, words: Sequence[str]) -> Cost:
    """What a call costs in a process of its own."""
    context = get_context("spawn")
    answers, tell = context.Pipe(duplex=False)
    named = [str(folder / one) if one.endswith((".csv", ".diff")) else one for one in words]
    call = ("--home", str(folder / "store"), *named, "--repo", str(repo))
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    process = context.Process(target=spend, args=(call, tell))
    process.start()
    tell.close()
    cost: Cost = answers.recv()
    process.join()
    return cost


def spend(call: tuple[str, ...], tell: object) -> None:
    """Run the call here, and tell what it took beyond the start of a program that imports nothing."""
    before = time.process_time()
    from twiceshy.doors.cli.main import main as run  # noqa: PLC0415  # its import is part of what a call costs

    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    code = run(list(call))
    if code:
        sys.exit(code)
    spent = time.process_time() - before
    own, git = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    tell.send(Cost(spent, git.ru_utime + git.ru_stime, own.ru_maxrss / 1024))  # type: ignore[attr-defined]
