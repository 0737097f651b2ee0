"""What many credentials in one session cost: a log with n of them against the same log without.

``python -m benchmarks many_secrets [--counts 0,100,1000,10000] [--long]``. Each call of the session prints some lines
with a credential of its own, and each tenth output repeats an earlier one without its name. The log without has words
of the same length. Told are CPU seconds of ``ingest`` (the best of the turns), its exit status, lines on stderr, and
values in the clear in the data folder. Goal: 10,000 cost at most twice none.
"""

import argparse
import os
import random
import string
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.logs.builders import a_session

from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.planted_secrets import read_folder

_CALLS = 10_000
_GOAL = 2.0
_LINES = 12
"""Lines of each output (guess: a short answer of a program)."""
_LONG = 1500
"""Characters of a long credential, as of a service that signs what it hands out."""


class Ingested(NamedTuple):
    """What one ingest was."""

    cpu_s: float
    status: int
    complaints: int
    """Lines on stderr."""
    clear: int
    """Values of which the data folder has a copy."""


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks many_secrets", description=__doc__)
    parser.add_argument("--counts", default="0,100,1000,10000")
    parser.add_argument("--long", action="store_true", help=f"values of {_LONG} characters")
    parser.add_argument("--turns", type=int, default=2)
    args = parser.parse_args(argv)
    size = _LONG if args.long else 36
    spent: dict[int, float] = {}
    for count in map(int, args.counts.split(",")):
        tries = [ingest_log(count, size) for _ in range(args.turns)]
        best = min(tries, key=lambda one: one.cpu_s)
        spent[count] = best.cpu_s
        print(
            f"  {count:>6} credentials: {best.cpu_s:6.2f} CPU s, x{best.cpu_s / spent[min(spent)]:.2f},"
            f" status {best.status}, {best.complaints} lines on stderr, {best.clear} values in the clear",
            flush=True,
        )
    worst = spent[max(spent)] / spent[min(spent)]
    print(f"most over none: x{worst:.2f}, goal <= {_GOAL:g}: {'met' if worst <= _GOAL else 'NOT met'}")


def ingest_log(count: int, size: int = 36, calls: int = _CALLS) -> Ingested:
    """Ingest a session with so many credentials of so many characters."""
    rng = random.Random(f"{count} {size}")
    values = ["k9" + "".join(rng.choices(string.ascii_letters + string.digits, k=size - 2)) for _ in range(count)]
    with tempfile.TemporaryDirectory(prefix="many-") as name:
        scratch = Path(name)
        log = a_session("many", cwd="/home/dev/shop").prompt("go on")
        for number in range(calls):
            log.runs(f"./step {number}", "\n".join(_make_lines(number, values, size)))
        path = scratch / "logs" / f"{log.session_id}.jsonl"
        path.parent.mkdir()
        log.write(path)
        environment = scratch_environment(scratch)
        before = _children_cpu()
        done = subprocess.run(twiceshy("ingest", str(path)), env=environment, capture_output=True, check=False)
        cpu_s = _children_cpu() - before
        haystack = b"\x00".join(read_folder(scratch / "store"))
        clear = sum(value.encode() in haystack for value in values[:: max(1, count // 200)])
        return Ingested(cpu_s, done.returncode, len(done.stderr.splitlines()), clear)


def _make_lines(number: int, values: Sequence[str], size: int) -> list[str]:
    """Return what one call prints."""
    lines = [f"step {number} line {at}: compiled module_{number % 97}_{at} in {at * 7 % 31} ms" for at in range(_LINES)]
    if number < len(values):
        lines[3] = f"API_TOKEN={values[number]}"
        if number % 10 == 9:
            lines[7] = f"cannot use {values[number - 5]} here"
    else:
        lines[3] = "API_SERVER=" + "plain-word-" * (size // 11)
    return lines


def _children_cpu() -> float:
    """Return the CPU seconds of all children that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system
