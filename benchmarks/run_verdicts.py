"""The verdict on a run of tests and the names of its failing tests, beside what an eye reads in the same output.

``python -m benchmarks run_verdicts STORE``: a store that holds the labelled logs. Runs were drawn by what their command
names, equally from each project, three of four with a word of failure in their output; they were read before the
reader's answer was seen. A label is the result (``-``: nothing can be known) and the names that stand in what the log
kept, hashed. A name counts as right only if it is the whole name as its tool writes it. Then the same reader is asked
about every run of tests of the store: how often the tool's summary and the status that can be seen agree, whether each
failing test that a whole output counts has its name, and what one reading costs.
"""

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import scratch_environment
from twiceshy.archive.db import Store
from twiceshy.commands.shell.masked_status import is_masked
from twiceshy.run.run_verdict import RunEnd, RunVerdict, judge_run
from twiceshy.stats.intervals import wilson

LABELS = Path(__file__).parent / "labels" / "run_verdicts.json"
TESTS = re.compile(
    r"\b(?:pytest|py\.test|unittest|runtests\.py|bin/test|jest|vitest|mocha|go test|cargo (?:test|nextest)|node --test"
    r"|(?:npm|pnpm|yarn|bun)(?: run)? test|tox|nox|playwright test|phpunit|rspec|ctest|mvn|gradlew?|dotnet test"
    r"|make test|manage\.py test)\b"
)
ROUNDS = 15
CUT = re.compile(r"truncated|omitted|elided|output_tail|output_too_long|\[\.\.\.|\| *(?:tail|head|grep|sed|awk)")
"""Part of the output is missing from the log, or was never let through."""


class LoggedRun(NamedTuple):
    """One run of tests as a log has it."""

    uid: str
    command: str
    output: str
    status: int | None


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks run_verdicts", description=__doc__)
    parser.add_argument("store", type=Path)
    args = parser.parse_args(argv)
    labels: dict[str, dict[str, object]] = json.loads(LABELS.read_text(encoding="utf-8"))["runs"]
    runs = list(read_runs(args.store))
    start = time.process_time()
    said = {run.uid: ask(run) for run in runs}
    spent = time.process_time() - start
    compare({uid: (label, said[uid]) for uid, label in labels.items() if uid in said})
    agree(runs, said)
    name_all(runs, said)
    price()
    print(f"one reading: {1000 * spent / max(1, len(runs)):.1f} ms CPU on average of {len(runs)} runs")


def read_runs(home: Path) -> Iterator[LoggedRun]:
    """The runs of tests of a store."""
    with Store.open(home, readonly=True) as store:
        rows = store.connection.execute(
            """SELECT c.uid, c.command, r.text, r.body, r.exit_code FROM call c JOIN result r ON r.uid = c.uid
            WHERE c.command IS NOT NULL ORDER BY c.uid"""
        )
        for uid, command, text, body, status in rows:
            if TESTS.search(command):
                yield LoggedRun(uid.hex(), command, (text if body is None else str(store.body(body))) or "", status)


def ask(run: LoggedRun) -> RunVerdict:
    """What the wrapper would say of such a run."""
    reason = "end_of_input" if run.status is None else "completed"
    return judge_run(run.command, run.output, RunEnd(reason, run.status))


def compare(found: dict[str, tuple[dict[str, object], RunVerdict]]) -> None:
    """Print results and names beside the labels."""
    results = Counter((str(label["result"]), verdict.result) for label, verdict in found.values())
    known = {pair: count for pair, count in results.items() if pair[0] != "-"}
    right = sum(count for (true, said), count in known.items() if true == said)
    print(f"{len(found)} labelled runs; results right: {show(right, sum(known.values()))}")
    print("  " + ", ".join(f"{true} said {said}: {count}" for (true, said), count in sorted(known.items())))
    named = [(set(map(str, label["names"])), hashes(verdict)) for label, verdict in found.values()]  # type: ignore[call-overload]  # a list
    hits = sum(len(true & said) for true, said in named)
    print(f"names of failing tests: precision {show(hits, sum(len(said) for _, said in named))}")
    print(f"                        recall {show(hits, sum(len(true) for true, _ in named))}")
    whole = [(true, said) for true, said in named if true or said]
    print(f"runs whose names are all right: {show(sum(true == said for true, said in whole), len(whole))}")


def hashes(verdict: RunVerdict) -> set[str]:
    """The names as labels have them."""
    return {blake2b(one.test.encode(), digest_size=5).hexdigest() for one in verdict.failing_tests}


def agree(runs: list[LoggedRun], said: dict[str, RunVerdict]) -> None:
    """Print how often summary and status say the same, where both can be seen."""
    both = [
        (run, said[run.uid])
        for run in runs
        if run.status is not None
        and not is_masked(run.command)
        and any(one.by == "summary" for one in said[run.uid].tools)
    ]
    agreed = sum(
        (verdict.result == "failed") == bool(run.status) for run, verdict in both if verdict.result != "unknown"
    )
    odd = Counter(bool(run.status) for run, verdict in both if verdict.result == "unknown")
    print(f"summary and visible status agree: {show(agreed, len(both))}; else unknown, with both: {sum(odd.values())}")


def name_all(runs: list[LoggedRun], said: dict[str, RunVerdict]) -> None:
    """Print for how many red runs with a whole output each failing test that is counted is named."""
    red = [
        said[run.uid]
        for run in runs
        if not CUT.search(run.output)
        and not CUT.search(run.command)
        and any(one.kind == "test" and one.by == "summary" and one.result == "failed" for one in said[run.uid].tools)
    ]
    print(
        f"each counted failing test is named, in whole outputs: {show(sum(not one.unnamed for one in red), len(red))}"
    )


FAILING = ["sh", "-c", "seq 2000; echo 'FAILED a.py::t - oh'; echo '2 failed, 3 passed in 0.31s'; exit 1"]
GOOD = ["sh", "-c", "seq 2000; echo '5 passed in 0.31s'"]


def price() -> None:
    """Print what a verdict costs the wrapper: CPU of a run with it over that of the same run without."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name)) | {"TWICESHY_TELEMETRY_LEVEL": "none"}
        for words, command in (([], GOOD), ([], FAILING), (["--json"], FAILING)):
            plain = statistics.median(measure_run(["--quiet"], command, environment) for _ in range(ROUNDS))
            told = statistics.median(measure_run(words, command, environment) for _ in range(ROUNDS))
            what = "a good run" if command is GOOD else " ".join(["a failed run", *words])
            print(f"{what}: {1000 * (told - plain):+.0f} ms CPU over --quiet ({1000 * plain:.0f} ms)")


def measure_run(words: list[str], command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds of one wrapped run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    entry = [sys.executable, "-m", "twiceshy", "run", *words, "--", *command]
    subprocess.run(entry, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def show(hits: int, count: int) -> str:
    """A share with its interval."""
    if not count:
        return "none"
    found = wilson(hits, count)
    return f"{hits} of {count} = {hits / count:.3f} ({found.low:.3f}-{found.high:.3f})"
