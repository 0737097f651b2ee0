"""Verdicts of ``commands.testlog`` on outputs labelled by eye, and what reading one costs.

``python -m benchmarks testlog [FOLDER OF LOGS]``: with the logs, the labels of ``labels/testlog.json`` are looked up
by the calls' uids in a scratch store; without them only the cost is measured. Labels were given in two passes before
any tuning; calls whose uid begins with an even 32-bit number were tuned on, the figures are those of the others
(``--tuned`` shows the first half). A label such as ``test- build-?`` says: tests red; a red build is right as well but
not asked for.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import cost, scratch_environment, twiceshy
from twiceshy.archive.db import Store
from twiceshy.archive.reads.figures import SIGNS
from twiceshy.commands.testlog import read_verdicts
from twiceshy.records.findings import Verdict

LABELS = Path(__file__).parent / "labels" / "testlog.json"
SIZE = 100_000


class Sample(NamedTuple):
    """One labelled call."""

    agent: str
    command: str
    output: str
    exit_code: int | None
    failed: bool
    right: frozenset[str]
    asked: frozenset[str]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks testlog", description=__doc__)
    parser.add_argument("logs", nargs="?", type=Path)
    parser.add_argument("--tuned", action="store_true", help="the half that was tuned on")
    args = parser.parse_args(argv)
    if args.logs:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            environment = scratch_environment(Path(name))
            cost(twiceshy("ingest", str(args.logs.resolve())), environment)
            home = Path(environment["TWICESHY_HOME"])
            quality(samples(home, 0 if args.tuned else 1))
            if not args.tuned:
                print("Labelled after the last change; some of these outputs had been seen while tuning:")
                quality(samples(home, None))
    price()


def samples(home: Path, half: int | None) -> list[Sample]:
    """The labelled calls of that half which the store has; None: those that were labelled later."""
    labels: dict[str, str] = json.loads(LABELS.read_text(encoding="utf-8"))["fresh" if half is None else "labels"]
    found = []
    with Store.open(home, readonly=True) as store:
        for uid, words in labels.items():
            row = store.connection.execute(
                """SELECT s.agent, coalesce(c.command, ''), r.text, r.body, r.exit_code, r.failure IS NOT NULL
                FROM call c JOIN session s ON s.id = c.session_id JOIN result r ON r.uid = c.uid WHERE c.uid = ?""",
                (bytes.fromhex(uid),),
            ).fetchone()
            if row is None or half not in {None, int(uid[:8], 16) % 2}:
                continue
            agent, command, text, body, exit_code, failed = row
            output = text if body is None else str(store.body(body))
            right = frozenset(word.rstrip("?") for word in words.split())
            asked = frozenset(word for word in words.split() if not word.endswith("?"))
            found.append(Sample(agent, command, output, exit_code, bool(failed), right, asked))
    print(f"{len(found)} labelled calls found, {sum(not one.right for one in found)} of them without any verdict")
    return found


def words_of(verdicts: tuple[Verdict, ...]) -> set[str]:
    """One word a kind: red where one tool of that kind is red."""
    green: dict[str, bool] = {}
    for one in verdicts:
        green[one.kind] = green.get(one.kind, True) and one.green
    return {kind + ("+" if good else "-") for kind, good in green.items()}


def quality(found: list[Sample]) -> None:
    """Precision and recall of verdicts by kind and agent; then of red calls beside two baselines."""
    tally: Counter[tuple[str, str]] = Counter()
    red: Counter[tuple[str, str]] = Counter()
    for one in found:
        said = words_of(read_verdicts(one.command, one.output, exit_code=one.exit_code))
        for word in said:
            for key in ("all", f"kind {word[:-1]}", f"agent {one.agent}", "green" if word[-1] == "+" else "red"):
                tally[key, "said"] += 1
                tally[key, "true"] += word in one.right
        for word in one.asked:
            for key in ("all", f"kind {word[:-1]}", f"agent {one.agent}", "green" if word[-1] == "+" else "red"):
                tally[key, "asked"] += 1
                tally[key, "found"] += word in said
        is_red = any(word.endswith("-") for word in one.right)
        for name, says in (
            ("testlog", any(word.endswith("-") for word in said)),
            ("exit status, as logged", one.failed),
            ("words of failure anywhere", any(sign in one.output for sign in SIGNS)),
        ):
            red[name, "said"] += says
            red[name, "true"] += says and is_red
            red[name, "found"] += says and any(word.endswith("-") for word in one.asked)
            red[name, "asked"] += any(word.endswith("-") for word in one.asked)
    for table in (tally, red):
        for key in sorted({key for key, _ in table}):
            said_n, true_n, asked_n, found_n = (table[key, what] for what in ("said", "true", "asked", "found"))
            print(
                f"{key:26} precision {true_n:3} of {said_n:3} = {true_n / max(1, said_n):.3f}, "
                f"recall {found_n:3} of {asked_n:3} = {found_n / max(1, asked_n):.3f}"
            )
        print()


def price() -> None:
    """CPU time for a failing output of 100 KB of each of four tools, and for 50 MB of nothing."""
    for name, text in long_outputs():
        times = []
        for _ in range(9):
            start = time.process_time()
            verdicts = read_verdicts(None, text)
            times.append(time.process_time() - start)
        told = ", ".join(f"{one.tool} {'green' if one.green else 'red'}" for one in verdicts) or "nothing"
        print(f"{name:24} {len(text) / 1000:7,.0f} KB  {statistics.median(times) * 1000:6.1f} ms CPU  {told}")


def long_outputs() -> list[tuple[str, str]]:
    """Outputs written by this function."""
    pytest = "".join(
        f"_______ test_{n} _______\n\n    def test_{n}():\n>       assert total({n}) == {n + 1}\n"
        f"E       assert {n} == {n + 1}\n\n"
        f"tests/test_total.py:{n}: AssertionError\n"
        for n in range(2000)
    )
    tests = range(1, 2000)
    go = "".join(f"=== RUN   TestA{n}\n    a_test.go:{n}: got {n}\n--- FAIL: TestA{n} (0.00s)\n" for n in tests)
    jest = "".join(
        f"  ● sum \u203a adds {n}\n\n    expect(received).toBe(expected)\n\n    at x (a.test.js:{n}:5)\n" for n in tests
    )
    tsc = "".join(f"src/part{n % 7}.ts({n},5): error TS2304: Cannot find name 'value{n}'.\n" for n in range(1, 3000))
    ends = {
        "pytest": "== 9 failed, 2 passed in 3.10s ==\n",
        "go": "FAIL\nFAIL\ta/b\t0.1s\n",
        "jest": "Tests: 9 failed, 9 total\n",
    }
    return [
        ("pytest", pytest[:SIZE] + "\n" + ends["pytest"]),
        ("go test", go[:SIZE] + "\n" + ends["go"]),
        ("jest", jest[:SIZE] + "\n" + ends["jest"]),
        ("tsc", tsc[:SIZE]),
        ("one line", "x" * 50_000_000),
        ("a million lines", "FAIL\n" * 1_000_000),
    ]
