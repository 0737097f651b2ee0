"""A reader's sheet: real messages beside two offers each, without saying which is whose.

``python -m benchmarks message_reading SHEET KEY OWNER/NAME=FOLDER ...`` draws a hundred commits (13 of each history, a
fixed seed) from the last fifths of the newest 2,000 and writes SHEET (real message, A and B: what our general model and
NNGen would have offered, in an order that a coin chose) and KEY (whose is which).

``python -m benchmarks message_reading --marks KEY --useful-a 1,9,12 --useful-b 1,9,19`` counts what a reader found
useful as written or with one word changed.
"""

import argparse
import json
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.messages_ladder import SALT
from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.stats.intervals import wilson
from twiceshy_git.predict.messages.candidates import CONSULTED, LAST, list_candidates
from twiceshy_git.predict.messages.examples import choose_examples
from twiceshy_git.predict.messages.message_evaluation import NearestDiff, choose_message
from twiceshy_git.predict.messages.message_ranker import load_general_messages
from twiceshy_git.predict.messages.project_habits import ProjectHabits
from twiceshy_git.predict.messages.ranker_growing import AnsweredChange
from twiceshy_git.predict.messages.retrieve import CommitIndex

NEWEST, ASKED_FROM, OF_EACH, ROWS, SEED, PROCESSES = 2000, 0.8, 13, 100, 26, 2


class Row(NamedTuple):
    """One commit, with what was written and what would have been offered."""

    real: str
    ours: str
    rival: str


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks message_reading", description=__doc__)
    parser.add_argument("--marks", type=Path, metavar="KEY")
    parser.add_argument("--useful-a", default="")
    parser.add_argument("--useful-b", default="")
    parser.add_argument("words", nargs="*", metavar="SHEET KEY OWNER/NAME=FOLDER ...")
    args = parser.parse_args(argv)
    if args.marks:
        count_useful(json.loads(args.marks.read_text()), to_numbers(args.useful_a), to_numbers(args.useful_b))
        return
    sheet, key, *named = args.words
    with get_context("spawn").Pool(PROCESSES) as pool:
        histories = pool.map(read_rows, [one.partition("=")[2] for one in named], chunksize=1)
    write_sheet(histories, Path(sheet), Path(key))


def read_rows(folder: str) -> list[Row]:
    scrub = Scrubber(load_rules(), SALT, RedactionLevel.STANDARD).texts
    names = list_newest_commits(Path(folder), NEWEST)
    examples = choose_examples(list(read_described_changes(Path(folder), names, salt=SALT, scrub=scrub))).examples
    index, habits, nngen, model = CommitIndex(), ProjectHabits(), NearestDiff(), load_general_messages()
    rows = []
    for number, example in enumerate(examples):
        if number >= ASKED_FROM * len(examples):
            near = index.find(example, CONSULTED, last=LAST)
            found = list_candidates(index, example, habits.predict(example, near), near)
            ours = choose_message(model, AnsweredChange(found, example.subject))
            rows.append(Row(example.subject, ours, nngen.suggest(example).subject))
        index.add(example)
        habits.learn(example)
        nngen.learn(example)
    return rows


def write_sheet(histories: Sequence[Sequence[Row]], sheet: Path, key: Path) -> None:
    rng = Random(SEED)
    drawn = [row for rows in histories for row in rng.sample(list(rows), min(OF_EACH, len(rows)))]
    rng.shuffle(drawn)
    lines, ours_is_b = [], []
    for number, row in enumerate(drawn[:ROWS], 1):
        ours_is_b.append(rng.random() < 0.5)
        a, b = (row.rival, row.ours) if ours_is_b[-1] else (row.ours, row.rival)
        lines.append(f"{number}. REAL {row.real}\n   A {a}\n   B {b}\n")
    sheet.write_text("".join(lines), encoding="utf-8")
    key.write_text(json.dumps(ours_is_b))


def to_numbers(text: str) -> set[int]:
    return {int(one) for one in text.split(",") if one}


def count_useful(ours_is_b: Sequence[bool], useful_a: set[int], useful_b: set[int]) -> None:
    told = {"general": 0, "NNGen": 0}
    for number, swapped in enumerate(ours_is_b, 1):
        a, b = number in useful_a, number in useful_b
        told["general"] += b if swapped else a
        told["NNGen"] += a if swapped else b
    for name, useful in told.items():
        share = wilson(useful, len(ours_is_b))
        print(
            f"{name}: useful {useful} of {len(ours_is_b)}, {share.estimate:.2f} ({share.low:.2f} to {share.high:.2f})"
        )
