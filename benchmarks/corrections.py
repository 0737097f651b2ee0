"""How well human turns that correct the work before them are told from others, on labelled turns of real logs.

``python -m benchmarks corrections STORE [--half A|B|C|all] [--show]``: STORE is a data folder
filled from the logs that ``benchmarks/labels/corrections*.json`` were drawn from. The labels name prompts by uid only.
Rows are weighted by how many turns each stands for, so that precision and recall are those of all human turns that
follow an acting turn; intervals are a bootstrap over sessions. Sets A and B are for tuning; C, drawn later, is for the
report.

Beside it: each regex of a usual list on its own and all of them together, and every turn after an interrupt.
"""

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.facts.stats.intervals import wilson
from twiceshy.outcomes import corrections as detector
from twiceshy.outcomes.turns import Turn, split_turns
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Story
from twiceshy.store.db import Store
from twiceshy.store.reads import stories

LABELS = Path(__file__).parent / "labels"
SETS = ("corrections.json", "corrections-2.json")
USUAL = (
    r"^no\b,?",
    "wrong",
    "instead",
    "revert",
    "undo",
    "actually",
    r"don'?t",
    "not what",
    "still",
    "fix",
    "stop",
    "why",
)
DRAWS = 2000


class Row(NamedTuple):
    """One labelled turn."""

    session: bytes
    turn: Turn
    before: Turn
    label: bool
    weight: float
    found: Correction | None


def rows(told: Iterable[Story], half: str) -> list[Row]:
    """The labelled turns of a set, with what the detector makes of them."""
    tables = [json.loads((LABELS / name).read_text()) for name in SETS]
    labels = {
        bytes.fromhex(row[0]): dict(zip(table["columns"], row, strict=True))
        for table in tables
        for row in table["rows"]
    }
    wanted = []
    for story in told:
        found = {correction.prompt: correction for correction in detector.find_corrections(story)}
        cut = split_turns(story)
        for before, turn in pairwise(cut):
            uid = turn.prompt.step.uid if turn.prompt else b""
            label = labels.get(uid)
            if label is not None and half in (label["half"], "all"):
                wanted.append(Row(story.session, turn, before, bool(label["label"]), label["weight"], found.get(uid)))
    return wanted


def measured(some: list[Row], says: Callable[[Row], bool]) -> tuple[float, float]:
    """Weighted precision and recall."""
    said = sum(row.weight for row in some if says(row))
    true = sum(row.weight for row in some if row.label)
    both = sum(row.weight for row in some if row.label and says(row))
    return (both / said if said else 0.0), (both / true if true else 0.0)


def line(name: str, some: list[Row], says: Callable[[Row], bool]) -> str:
    """Name, precision and recall with 95 % intervals, and the plain counts."""
    by_session: dict[bytes, list[Row]] = defaultdict(list)
    for row in some:
        by_session[row.session].append(row)
    groups = list(by_session.values())
    rng = Random(20261121)
    drawn = [
        measured([row for group in rng.choices(groups, k=len(groups)) for row in group], says) for _ in range(DRAWS)
    ]
    ends = [sorted(values) for values in zip(*drawn, strict=True)]
    low, high = int(DRAWS * 0.025), int(DRAWS * 0.975)
    precision, recall = measured(some, says)
    right = sum(row.label and says(row) for row in some)
    said, true = sum(map(says, some)), sum(row.label for row in some)
    sure = [f"({end[low]:.2f}-{end[high]:.2f})" for end in ends]
    shown = f"{precision:.2f} {sure[0]}   {recall:.2f} {sure[1]}"
    return f"{name:34} {shown}   {right}/{said} right, {right}/{true} found"


def _matches(pattern: re.Pattern[str], row: Row) -> bool:
    return bool(pattern.search(row.turn.words))


def kinds(some: list[Row]) -> None:
    """Nothing; the share right of each kind of evidence was printed."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in some:
        if row.found is not None:
            found[row.found.why].append(row)
    for why, of in sorted(found.items()):
        right = sum(row.label for row in of)
        share = sum(row.weight for row in of if row.label) / sum(row.weight for row in of)
        ends = wilson(right, len(of))
        print(f"  {why:22} {share:.2f} weighted, {right}/{len(of)} ({ends.low:.2f}-{ends.high:.2f})")


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks corrections", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--half", choices=("A", "B", "C", "all"), default="A")
    parser.add_argument("--show", action="store_true", help="uids of the wrong ones")
    args = parser.parse_args(argv)
    with Store.open(args.store, readonly=True) as store:
        told = list(stories.read_stories(store, stories.hash_inputs(store.connection)))
    some = rows(told, args.half)
    started = time.process_time()
    everything = sum(len(detector.find_corrections(story)) for story in told)
    cpu_s = time.process_time() - started
    print(f"set {args.half}: {len(some)} turns of {len({row.session for row in some})} sessions")
    print(f"{'':34} precision          recall")
    print(line("corrections", some, lambda row: row.found is not None))
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in USUAL]
    print(line("any of the usual regexes", some, lambda row: any(p.search(row.turn.words) for p in patterns)))
    for pattern in patterns:
        print(line(f"  {pattern.pattern}", some, partial(_matches, pattern)))
    print(line("every turn after an interrupt", some, lambda row: bool(row.before.interrupts)))
    print(line("  or a refusal", some, lambda row: bool(row.before.interrupts or row.before.refusals)))
    kinds(some)
    if args.show:
        for row in some:
            if row.label != (row.found is not None) and row.turn.prompt is not None:
                print(f"  {'missed' if row.label else 'false '} {row.turn.prompt.step.uid.hex()}")
    print(f"{everything} in all {len(told)} stories, {cpu_s:.2f} s CPU")
