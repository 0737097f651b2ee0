"""The true result of test, lint, build and type-check runs, read by eye, beside what is said of them.

``python -m benchmarks run_results STORE [STORE ...]``: stores that hold the labelled logs. A label is ``g`` (green),
``r`` (red), ``u`` (cannot be known from what was printed and the status) or ``n`` (nothing was checked). Of the runs
whose result can be known the share that is said rightly counts; of all that is said, the share that is right: a word
on a run of the last two kinds is wrong. Beside it stands the exit status alone. Rules were made on the first half; the
second, of other projects, was opened once.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.stories import read_stories
from twiceshy.commands.testlog import read_verdicts
from twiceshy.records.stories import Moment
from twiceshy.stats.intervals import wilson

LABELS = Path(__file__).parent / "labels" / "run_results.json"
_KNOWN = frozenset("gr")
_NOT_ENDED = frozenset({"rejected", "interrupted", "cascade"})


class Labelled(NamedTuple):
    """One labelled run, and what is said of it."""

    uid: str
    agent: str
    masked: bool
    weight: float
    true: str
    said: str
    by_status: str


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks run_results", description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path)
    parser.add_argument("--errors", action="store_true", help="name the runs that are said wrongly")
    args = parser.parse_args(argv)
    halves = json.loads(LABELS.read_text(encoding="utf-8"))["halves"]
    for half, labels in halves.items():
        found = list({one.uid: one for home in args.stores for one in _find_labelled(home, labels)}.values())
        print(f"\n{half}: {len(found)} of {len(labels)} labelled runs found")
        _print_figures(found)
        if args.errors:
            for one in found:
                if one.said != one.true and not (one.said == "u" and one.true == "n"):
                    print(one)


def _find_labelled(home: Path, labels: dict[str, list[str | float]]) -> Iterator[Labelled]:
    """Yield the labelled runs that a store has."""
    with Store.open(home, readonly=True) as store:
        marks = ", ".join("?" * len(labels))
        sessions = store.connection.execute(
            f"SELECT DISTINCT s.uid FROM call c JOIN session s ON s.id = c.session_id WHERE c.uid IN ({marks})",
            [bytes.fromhex(uid) for uid in labels],
        ).fetchall()
        for story in read_stories(store, [uid for (uid,) in sessions]):
            for moment in story.moments:
                if (label := labels.get(moment.step.uid.hex())) is not None and moment.step.kind == "call":
                    true, masked, weight = label
                    yield Labelled(
                        uid=moment.step.uid.hex(),
                        agent=story.agent,
                        masked=bool(masked),
                        weight=float(weight),
                        true=str(true),
                        said=judge(moment),
                        by_status="r" if moment.step.failure else "g",
                    )


def judge(moment: Moment) -> str:
    """What is said of a run: red where one tool is, green where all are, else unknown."""
    if moment.step.failure in _NOT_ENDED:
        return "u"
    found = read_verdicts(moment.line, moment.text, exit_code=moment.exit_code)
    if not found:
        return "u"
    return "g" if all(one.green for one in found) else "r"


def _print_figures(found: list[Labelled]) -> None:
    """Print shares with Wilson's intervals, by agent and by mask, plain and by the weights of the draw."""
    groups = ["all", "masked", "plain", *sorted({one.agent for one in found})]
    for group in groups:
        some = [one for one in found if group in {"all", one.agent, "masked" if one.masked else "plain"}]
        for name in ("read", "status"):
            tally: dict[str, float] = defaultdict(float)
            for one in some:
                said, known = one.said if name == "read" else one.by_status, one.true in _KNOWN
                asked = name == "read" or one.true != "n"  # nobody asks the status of what checks nothing
                tally["known"] += known
                tally["right"] += known and said == one.true
                tally["said"] += asked and said != "u"
                tally["true"] += asked and said != "u" and said == one.true
                tally["known w"] += known * one.weight
                tally["right w"] += (known and said == one.true) * one.weight
            print(
                f"  {group:15} {name:7} right {_share(tally['right'], tally['known'])}"
                f"  weighted {tally['right w'] / max(tally['known w'], 1e-9):.3f}"
                f"  precision {_share(tally['true'], tally['said'])}"
            )


def _share(hits: float, n: float) -> str:
    """A share with its counts and its interval."""
    if not n:
        return "   -"
    around = wilson(int(hits), int(n))
    return f"{hits:3.0f} of {n:3.0f} = {hits / n:.3f} ({around.low:.2f}-{around.high:.2f})"
