"""How much waiting after the first failure `--match auto` saves, beside the best fixed limit chosen with hindsight.

``python -m benchmarks runs_waiting [--home FOLDER]``. The clock is simulated: lines come at the times drawn for them
and the run ends as the wrapper ends it (the match, then --delay-exit or half a second of silence). Suites of ten tools
with starting patterns; ten other tools with patterns mined from 60 earlier runs; with a data folder, commands that
agents ran, whose lines are spread evenly over the time they took (no log says when a line came).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.runs_patterns import NEVER_RAN, USUAL, compiled, seen
from benchmarks.suite_outputs import SUITES
from benchmarks.tool_outputs import HELD_OUT, Tape, played
from twiceshy.archive.db import Store
from twiceshy.commands.shell import command_heads
from twiceshy.run import command_shape, starting_patterns
from twiceshy.run.matchers import Matcher
from twiceshy.run.pattern_mining import mine_patterns
from twiceshy.run.wrapper import QUIET_S
from twiceshy.stats.intervals import wilson
from twiceshy.stats.text.fingerprint import ANSI

RUNS = 250
FAILING = 0.35
LEARNED_FROM = 60
DELAY_S = 2.0
ELIGIBLE_S = 1.0
"""A failed run is eligible when so much waiting comes after its first failure."""
MOST_WRONG = 0.005


class Timed(NamedTuple):
    """One run: its lines, its end, and when one could first see that it would fail."""

    lines: Sequence[tuple[float, str]]
    end_s: float
    failed: bool
    first_failure_s: float | None


class Way(NamedTuple):
    """What a way to end runs did."""

    name: str
    waited_s: float
    saved_s: float
    eligible: int
    acted: int
    good: int
    wrong: int


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks runs_waiting", description=__doc__)
    parser.add_argument("--home", type=Path, help="a data folder that holds agents' commands")
    parser.add_argument("--real", action="store_true", help="also run suites of pytest, unittest and make: minutes")
    args = parser.parse_args(argv)
    report("suites, starting patterns", [suite(number, name) for number, name in enumerate(SUITES)])
    report("other tools, mined patterns", [mined(number, name) for number, name in enumerate(HELD_OUT)])
    if args.home:
        report("agents' commands, starting patterns", logged(args.home))
    if args.real:
        real()


def suite(number: int, name: str) -> list[Way]:
    """One tool with its starting patterns."""
    rng = Random(number)
    runs = [timed(played(SUITES[name], rng, failed=rng.random() < FAILING)) for _ in range(RUNS)]
    tool = starting_patterns.find_tool(command_heads.head(name))
    assert tool is not None, name
    return ways(runs, compiled(starting_patterns.patterns_of(tool)), DELAY_S)


def mined(number: int, name: str) -> list[Way]:
    """One tool with patterns of earlier runs, where they are taken unasked."""
    rng = Random(1000 + number)
    past = [played(HELD_OUT[name], rng, failed=rng.random() < FAILING) for _ in range(LEARNED_FROM)]
    found = mine_patterns([seen(tape) for tape in past])
    runs = [timed(played(HELD_OUT[name], rng, failed=rng.random() < FAILING)) for _ in range(RUNS)]
    patterns = [one.pattern for one in found.patterns] if found is not None and found.chosen else []
    delay_s = found.delay_s if found is not None and found.delay_s is not None else DELAY_S
    return ways(runs, compiled(patterns), delay_s)


def timed(tape: Tape) -> Timed:
    """A drawn run."""
    return Timed(tape.lines, tape.now, tape.failed, tape.first_failure)


def ways(runs: Sequence[Timed], matchers: Sequence[Matcher], delay_s: float) -> list[Way]:
    """Ours, and the limits that end at most .5 % of the good runs of this very sample."""
    good = sorted(run.end_s for run in runs if not run.failed)
    longest = allowed(good)
    silent = allowed(sorted(longest_gap(run) for run in runs if not run.failed))
    return [
        way("auto", runs, lambda run: ended_by_match(run, matchers, delay_s), lambda run: is_hit(run, matchers)),
        way("best fixed --timeout", runs, lambda run: min(run.end_s, longest)),
        way("best fixed --idle-timeout", runs, lambda run: ended_by_silence(run, silent)),
    ]


def allowed(values: Sequence[float]) -> float:
    """The lowest limit that at most .5 % of these exceed."""
    return values[len(values) - 1 - int(MOST_WRONG * len(values))]


def way(
    kind: str, runs: Sequence[Timed], end: Callable[[Timed], float], hits: Callable[[Timed], bool] | None = None
) -> Way:
    """Count what it does; a good run with a hit counts as wrongly ended also where it was over too soon for that."""
    waited = saved = 0.0
    eligible = acted = good = wrong = 0
    for run in runs:
        stop = end(run)
        if not run.failed:
            good += 1
            wrong += hits(run) if hits is not None else stop < run.end_s - 1e-6
        elif run.first_failure_s is not None and run.end_s - run.first_failure_s >= ELIGIBLE_S:
            waiting = run.end_s - run.first_failure_s
            eligible += 1
            acted += stop < run.end_s - 1e-6
            waited += waiting
            saved += min(waiting, run.end_s - stop)
    return Way(kind, waited, saved, eligible, acted, good, wrong)


def is_hit(run: Timed, matchers: Sequence[Matcher]) -> bool:
    """Whether any of its lines matches."""
    return any(matcher.find(text.encode()) for _, text in run.lines for matcher in matchers)


def ended_by_match(run: Timed, matchers: Sequence[Matcher], delay_s: float) -> float:
    """When the wrapper ends the run: at the match, then after the delay or half a second of silence."""
    hit = next((at for at, text in run.lines if any(matcher.find(text.encode()) for matcher in matchers)), None)
    if hit is None:
        return run.end_s
    last = hit
    for at, _ in run.lines:
        if at > last:
            if at - last >= QUIET_S or at - hit > delay_s:
                break
            last = at
    return min(run.end_s, last + QUIET_S, hit + delay_s)


def longest_gap(run: Timed) -> float:
    """The longest silence."""
    times = [0.0, *(at for at, _ in run.lines), run.end_s]
    return max(later - earlier for earlier, later in pairwise(times))


def ended_by_silence(run: Timed, limit_s: float) -> float:
    """When a limit on silence ends the run."""
    times = [0.0, *(at for at, _ in run.lines), run.end_s]
    gaps = pairwise(times)
    return next((earlier + limit_s for earlier, later in gaps if later - earlier > limit_s), run.end_s)


def report(title: str, all_of: Sequence[Sequence[Way]]) -> None:
    """A line a way, over all commands."""
    for same in zip(*all_of, strict=True):
        waited, saved = sum(one.waited_s for one in same), sum(one.saved_s for one in same)
        eligible, acted = sum(one.eligible for one in same), sum(one.acted for one in same)
        wrong = wilson(sum(one.wrong for one in same), sum(one.good for one in same))
        print(
            f"{title}: {same[0].name:26} saves {saved / max(waited, 1e-9):6.1%} of {waited / 60:,.0f} min, acts on "
            f"{acted}/{eligible} = {acted / max(eligible, 1):.1%} of eligible runs, ends "
            f"{sum(one.wrong for one in same)} of {sum(one.good for one in same)} good ones (<= {wrong.high:.2%})",
            flush=True,
        )


def logged(home: Path) -> list[list[Way]]:
    """The commands of agents' logs by tool."""
    by_tool: dict[str, list[Timed]] = {}
    with Store.open(home, readonly=True) as store:
        for name, failed, seconds, text in outputs(store):
            lines = text.splitlines()
            at = [(seconds * (index + 1) / len(lines), line) for index, line in enumerate(lines)]
            by_tool.setdefault(name, []).append(Timed(at, seconds, failed, first_sign(name, at) if failed else None))
    return [
        ways(runs, compiled(starting_patterns.patterns_of(starting_patterns.BY_NAME[name])), DELAY_S)
        for name, runs in by_tool.items()
        if any(not run.failed for run in runs)
    ]


def first_sign(name: str, lines: Sequence[tuple[float, str]]) -> float | None:
    """When a line of a failed run first said so, by any word."""
    matchers = compiled([USUAL, *starting_patterns.patterns_of(starting_patterns.BY_NAME[name])])
    return next((at for at, text in lines if any(matcher.find(text.encode()) for matcher in matchers)), None)


def outputs(store: Store) -> Iterable[tuple[str, bool, float, str]]:
    """Tool, failure, seconds and output of commands with a known status; one agent tells only failures."""
    rows = store.connection.execute(
        """SELECT c.command, r.failure, coalesce(r.duration_s, (julianday(r.at) - julianday(c.at)) * 86400.0), r.text,
          r.body FROM call c JOIN result r ON r.uid = c.uid JOIN session s ON s.id = c.session_id
        WHERE (r.exit_code IS NOT NULL OR (s.agent = 'claude-code' AND r.failure IS NULL))
          AND c.action = 'run' AND c.command IS NOT NULL AND NOT c.background
          AND NOT c.masked AND coalesce(r.exit_code, 0) NOT IN (124, 126, 127, 137, 143)"""
    )
    for command, failure, seconds, text, body in rows:
        words = command_shape.words_in(command)
        tool = starting_patterns.find_tool(command_heads.head(words)) if words else None
        if tool is None or failure in {"rejected", "cascade", "interrupted"} or not seconds or not seconds < 3600:
            continue
        whole = ANSI.sub("", (store.bodies.text(body) if body else None) or text)
        if whole.strip() and not any(said in whole for said in NEVER_RAN):
            yield tool.name, failure is not None, float(seconds), whole


PYTEST = (
    "import time\nimport pytest\n@pytest.mark.parametrize('x', range(4))\ndef test_error_{0}(x):\n    time.sleep(.2)\n"
)
UNITTEST = (
    "import time, unittest\nclass TestFail{0}(unittest.TestCase):\n    def test_{0}(self):\n        time.sleep(.8)\n"
)


def real(suites: int = 4) -> None:
    """Wall time of suites that are there, failing and good, alone and under the wrapper."""
    entry = [sys.executable, "-m", "twiceshy", "run", "--quiet", "--no-telemetry", "--match", "auto", "--"]
    commands = {
        "pytest": [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        "unittest -v": [sys.executable, "-m", "unittest", "-v"],
        "make -k": ["make", "-k"],
    }
    for name, command in commands.items():
        alone = under = 0.0
        wrong = 0
        rng = Random(5)
        for number in range(suites):
            failed = number % 4 != 3
            with tempfile.TemporaryDirectory() as folder:
                written(Path(folder), name, rng.randrange(4) if failed else -1)
                seconds, status = taken(command, folder)
                ours_s, ours = taken([*entry, *command], folder)
            assert bool(status) is failed, (name, status)
            if failed:
                alone, under = alone + seconds, under + ours_s
            else:
                wrong += ours != 0
        print(f"real {name}: failing suites {alone:.1f} s alone, {under:.1f} s under auto; {wrong} good ones ended")


def written(folder: Path, name: str, bad: int) -> None:
    """A suite of twelve parts in that folder, one of which fails, or none."""
    if name == "make -k":
        parts = [f"part{number}:\n\tsleep .8; {'false' if number == bad else 'echo 0 errors'}" for number in range(12)]
        targets = " ".join(f"part{number}" for number in range(12))
        (folder / "Makefile").write_text("\n".join([f"all: {targets}", *parts, ""]))
        return
    for number in range(12):
        text = (PYTEST if name == "pytest" else UNITTEST).format(number)
        indent = "    " if name == "pytest" else "        "
        (folder / f"test_fail_{number}.py").write_text(
            text + indent + ("assert False\n" if number == bad else "pass\n")
        )


def taken(command: Sequence[str], folder: str) -> tuple[float, int]:
    """Seconds and status."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWICESHY")}
    environment |= {"TWICESHY_HOME": f"{folder}/store", "PYTHONPATH": folder}
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    return time.perf_counter() - begun, done.returncode


if __name__ == "__main__":
    main()
