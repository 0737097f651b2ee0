"""Which type and scope stands in front of a message: trees, beside counts, the nearest commits and the most frequent.

``python -m benchmarks message_labels [--part tune] [--out FILE] OWNER/NAME=FOLDER ...``: of each history the newest
2,000 commits in time's order, each asked before it is learned. Trees for a history are grown on the others, from a
quarter to four fifths of each; its last fifth is asked (with --part tune its fourth). A label counts in a history
where three in ten messages have it; asked are the commits that have one. Histories that are held out (``HELD``) are
asked by trees of all the others, and nothing is grown on them. --out writes the trees of all open histories: those
that come with twiceshy.
"""

import argparse
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from benchmarks.messages_ladder import HELD, SALT
from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.stats.intervals import wilson
from twiceshy_git.predict.messages.candidates import CONSULTED, LAST
from twiceshy_git.predict.messages.examples import choose_examples
from twiceshy_git.predict.messages.forms import USED, FormHabits, parse_form
from twiceshy_git.predict.messages.label_rows import (
    LabelledChange,
    LabelModel,
    choose_label,
    encode_label_model,
    grow_label_trees,
)
from twiceshy_git.predict.messages.project_habits import ProjectHabits
from twiceshy_git.predict.messages.retrieve import CommitIndex
from twiceshy_git.predict.trees import Tree

NEWEST, FROM, UNTIL = 2000, 0.25, 0.8
PARTS = {"test": (0.8, 1.1), "tune": (0.6, 0.8)}
PROCESSES = 2


class AskedLabel(NamedTuple):
    """One commit that has a label, as it was asked."""

    place: float
    change: LabelledChange
    by_counts: str
    nearest: str
    usual: str


Asked = Mapping[str, Sequence[AskedLabel]]


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks message_labels", description=__doc__)
    parser.add_argument("repositories", nargs="+", metavar="OWNER/NAME=FOLDER")
    parser.add_argument("--part", choices=PARTS, default="test")
    parser.add_argument("--out", type=Path, metavar="FILE")
    args = parser.parse_args(argv)
    with get_context("spawn").Pool(PROCESSES) as pool:
        histories = dict(pool.starmap(read_history, [one.partition("=")[::2] for one in args.repositories]))
    open_ = {name: asked for name, asked in histories.items() if name not in HELD}
    print("\n| label | history | asked | trees | counts | nearest | most frequent | a candidate at all |")
    print("|---|---|---|---|---|---|---|---|")
    for what in ("kind", "scope"):
        for name, asked in histories.items():
            others = [one[what] for key, one in open_.items() if key != name and what in one]
            if what in asked and others:
                show(what, name, asked[what], grow(others), PARTS[args.part])
    if args.out:
        kind, scope = (grow([one[what] for one in open_.values() if what in one]) for what in ("kind", "scope"))
        card = {"histories": sorted(open_), "made_at": time.strftime("%Y-%m-%d", time.gmtime())}
        args.out.write_bytes(encode_label_model(LabelModel(kind=kind, scope=scope, card=card)))
        print(f"\n{args.out}: {args.out.stat().st_size} bytes")


def read_history(name: str, folder: str) -> tuple[str, Asked]:
    scrub = Scrubber(load_rules(), SALT, RedactionLevel.STANDARD).texts
    names = list_newest_commits(Path(folder), NEWEST)
    examples = choose_examples(list(read_described_changes(Path(folder), names, salt=SALT, scrub=scrub))).examples
    index, habits, counts = CommitIndex(), ProjectHabits(), FormHabits()
    usual: dict[str, Counter[str]] = {"kind": Counter(), "scope": Counter()}
    asked: dict[str, list[AskedLabel]] = {"kind": [], "scope": []}
    for number, example in enumerate(examples):
        form, place = parse_form(example.subject), number / len(examples)
        if place >= FROM:
            near = index.find(example, CONSULTED, last=LAST)
            told, found = counts.predict(example), habits.list_candidates(example, near)
            for what, rows in zip(asked, found, strict=True):
                if written := getattr(form, what):
                    labels = [getattr(parse_form(one.past.subject), what) for one in near]
                    nearest = next((one for one in labels if one), "")
                    most = next((one for one, _ in usual[what].most_common(1)), "")
                    change = LabelledChange(rows, written)
                    asked[what].append(AskedLabel(place, change, getattr(told, what), nearest, most))
        for what, counted in usual.items():
            if getattr(form, what):
                counted[getattr(form, what)] += 1
        index.add(example)
        habits.learn(example)
        counts.learn(example)
    used = {what: usual[what].total() >= USED * len(examples) for what in usual}
    return name, {what: rows for what, rows in asked.items() if used[what]}


def grow(histories: Sequence[Sequence[AskedLabel]]) -> tuple[Tree, ...]:
    return grow_label_trees([one.change for rows in histories for one in rows if one.place < UNTIL])


def show(what: str, name: str, rows: Sequence[AskedLabel], trees: tuple[Tree, ...], part: tuple[float, float]) -> None:
    asked = [one for one in rows if part[0] <= one.place < part[1]]
    ways = {
        "trees": [choose_label(trees, one.change.found) for one in asked],
        "counts": [one.by_counts for one in asked],
        "nearest": [one.nearest for one in asked],
        "usual": [one.usual for one in asked],
    }
    cells = []
    for told in ways.values():
        right = wilson(sum(label == one.change.written for label, one in zip(told, asked, strict=True)), len(asked))
        cells.append(f"{right.estimate:.3f} ({right.low:.2f} to {right.high:.2f})")
    reach = sum(one.change.written in one.change.found.labels for one in asked) / len(asked)
    named = {"kind": "type", "scope": "scope"}[what]
    held = " (held out)" if name in HELD else ""
    print(f"| {named} | {name}{held} | {len(asked)} | " + " | ".join(cells) + f" | {reach:.3f} |", flush=True)
