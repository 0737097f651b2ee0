"""What copying the last similar edit and n-grams say comes next, on the edits of real logs.

``python -m benchmarks next_edit STORE PROJECT ... [--most N] [--program CMD] [--show N]``: STORE is a data folder into
which logs were ingested; each project is asked on its own. --show prints N
questions drawn at random with what was written and what was said, instead of a table.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.edits.edit_figures import AnswererFigures, EditEvaluation
from benchmarks.edits.edit_marks import mark_answer
from benchmarks.edits.edit_replay import AnsweredEdit, choose_asked, order_edits, replay_edits
from benchmarks.edits.hidden_edits import read_hidden_edits
from benchmarks.edits.judge_answers import evaluate_edits
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.values import Scope

LONGEST = 700  # characters of a text that --show prints


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks next_edit", description=__doc__)
    parser.add_argument("store", type=Path, metavar="STORE")
    parser.add_argument("projects", nargs="+", metavar="PROJECT")
    parser.add_argument("--most", type=int, default=500, metavar="N")
    parser.add_argument("--program", default="", metavar="CMD")
    parser.add_argument("--show", type=int, metavar="N")
    args = parser.parse_args(argv)
    if args.show:
        show(args.store, args.projects, args.most, args.show)
        return
    config = load({"home": str(args.store.absolute())}, {}, Path())
    print("| project | edits asked | sessions | made before | put in only | not asked |")
    print("|---|---|---|---|---|---|")
    found = {}
    for project in args.projects:
        found[project] = evaluate_edits(config, Scope(project=project), most=args.most, program=args.program)
        print(ground_row(project, found[project]))
    print()
    print("| project | way | answered | exact | exact, new | near | lines | similar | over keep | near over the best |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for project, one in found.items():
        for way in one.answerers:
            print(f"| {project} | {way.name} | {' | '.join(cells(way))} |")
    for project, one in found.items():
        if one.program is not None:
            said = one.program
            wrong = f"{said.late} too late, {said.garbage} no answer at all, {said.wrong_id} to another question"
            print(f"{project}: the program was asked {said.asked} questions; wrong: {wrong}. {said.stopped}")


def ground_row(project: str, found: EditEvaluation) -> str:
    asked = f"{found.asked} of {found.fit}" if found.fit > found.asked else str(found.asked)
    left = ", ".join(f"{times} {reason}" for reason, times in found.left_out.items())
    return f"| {project} | {asked} | {found.sessions} | {found.repeated} | {found.inserted} | {left} |"


def cells(way: AnswererFigures) -> list[str]:
    shares = (way.answered, way.exact, way.exact_new, way.near, way.lines, way.similarity)
    return [*(f"{100 * value:.1f}" for value in shares), bounds(way.gain), bounds(way.near_lead)]


def bounds(values: tuple[float, float, float] | None) -> str:
    if values is None:
        return ""
    middle, low, high = (100 * value for value in values)
    return f"{middle:+.1f} ({low:+.1f} to {high:+.1f})"


def show(home: Path, projects: Sequence[str], most: int, number: int) -> None:
    """Print questions with their answers, to be judged by eye."""
    rows: list[AnsweredEdit] = []
    with Store.open(home, readonly=True) as store:
        for project in projects:
            streams = order_edits(read_hidden_edits(store, Scope(project=project)))
            chosen = choose_asked([one for stream in streams for one in stream], most)
            rows += [one for stream in streams for one in replay_edits(stream, chosen)]
    for row in Random(1).sample(rows, min(number, len(rows))):
        edit = row.hidden.edit
        print("=" * 100, edit.path, row.hidden.question.task[-LONGEST:], sep="\n")
        for name, text in edit._asdict().items():
            print(f"--- {name}", text[:LONGEST], sep="\n")
        for name, said in row.answers.items():
            if said is not None:
                print(f"--> {name} {mark_answer(edit.old, said, edit.new)}", said[:LONGEST], sep="\n")
