"""What it takes to collect a long history: CPU and memory, git's own included, and how it goes on after a kill.

``python -m benchmarks collect_history REPOSITORY [COMMITS]``: a bare or other repository, and how many of its newest
commits (45,000). Prints the first collection, the same again, and one that was killed half-way and then finished.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Cost, cost, scratch_environment, twiceshy

COMMITS = 45_000
GOAL_CPU_S, GOAL_PEAK_MB = 180, 300
MB = 1e6


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks collect_history", description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("commits", nargs="?", type=int, default=COMMITS)
    parser.add_argument("--killed", action="store_true", help="also one that is killed after half of the time")
    args = parser.parse_args(argv)
    words = twiceshy("backfill", str(args.repository.resolve()), "-n", str(args.commits), "--json")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name))
        first = cost(words, environment)
        print(f"first: {describe(first)} (goals: {GOAL_CPU_S} CPU s, {GOAL_PEAK_MB} MB)", flush=True)
        print(f"again: {describe(cost(words, environment))}", flush=True)
        size = sum(path.stat().st_size for path in Path(environment["TWICESHY_HOME"]).glob("*.db*"))
        print(f"store: {size / MB:.0f} MB", flush=True)
    if args.killed:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            environment = scratch_environment(Path(name))
            process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
            time.sleep(first.wall_s / 2)
            process.kill()
            process.wait()
            print(f"after a kill: {describe(cost(words, environment))}", flush=True)


def describe(run: Cost) -> str:
    """What one call stored, and its cost."""
    found = json.loads(run.stdout)
    return (
        f"{found['new']:,} new commits, {found['stored_before']:,} stored before; {run.cpu_s:.1f} CPU s, "
        f"{run.wall_s:.0f} wall s, peak {run.peak_bytes / MB:.0f} MB"
    )
