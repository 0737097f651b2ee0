"""Rank the files of this repository that a task will touch, with a reason for each.

It works in any git repository, without a store and without training: it reads the history once and keeps an index in
the data folder. The number before a file is the probability that the task changes it.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.doors.cli.filters import parse_positive
from twiceshy.records.predictions import Partner, PredictedFile, Prediction
from twiceshy.screens.terminal.formats import day, decimal, display_width, number, one_line, pad, plural
from twiceshy.screens.terminal.page import Page, print_answer
from twiceshy_git import file_recipes as predict

EXAMPLE = 'twiceshy predict "rotate refresh tokens on logout" --seed src/auth/tokens.py'
_WORTH_SAYING = 0.25
"""Probability of any new file from which places are shown (guess, 2026-11-24); JSON always has them."""
_MOST_STDIN = 1 << 20  # bytes of a task (guess, 2026-11-21)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the task and how to rank."""
    parser.add_argument("task", nargs="*", metavar="TASK", help="the task in words")
    parser.add_argument("--stdin", action="store_true", help="read the task from standard input")
    parser.add_argument(
        "--seed", nargs="+", action="extend", default=[], metavar="FILE", help="files that the task is known to touch"
    )
    parser.add_argument(
        "--seen",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="files that the session read or searched, newest last",
    )
    parser.add_argument("--top", type=parse_positive, default=10, metavar="N", help="most files to list (10)")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--model", default="", metavar="NAME", help="a model or baseline; see `twiceshy models list`")
    parser.add_argument("--model-file", type=Path, metavar="FILE", help="rank with a tfidf model from a file")
    parser.add_argument(
        "--partners",
        nargs="+",
        metavar="FILE",
        help="list instead the files that mostly change with these and are not among them",
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Rank, and say why."""
    if args.partners:
        missed = predict.partners_of(config, args.repo, args.partners, args.top)
        return print_answer(args, "partners", {"files": missed}, lambda _: _render_partners(missed))
    text = " ".join(args.task)
    if args.stdin:
        text = f"{text}\n{sys.stdin.buffer.read(_MOST_STDIN).decode('utf-8', 'replace')}"
    found = predict.predict(
        config,
        args.repo,
        text,
        seeds=args.seed,
        seen=args.seen,
        top=args.top,
        model_name=args.model,
        model_file=args.model_file,
    )
    return print_answer(args, "predict", found, lambda page: render_prediction(found, page))


def render_prediction(found: Prediction, page: Page) -> str:
    """Render a line for each file, then what the answer rests on."""
    width = min(60, max((display_width(one_line(file.path)) for file in found.files), default=0))
    lines = [_render_file(file, width, page) for file in found.files] or ["No file of this repository fits the task."]
    lines += _render_new_files(found, page)
    return "\n".join(
        [*lines, page.dim(f" {_describe_ground(found, page.now)}"), *(f" note: {note}" for note in found.notes)]
    )


def _render_new_files(found: Prediction, page: Page) -> list[str]:
    """Render where new files will go; nothing where the task hardly makes any."""
    told = found.new_files
    if told is None or told.probability < _WORTH_SAYING or not told.places:
        return []
    where = {one: one_line(f"{one.folder}/{one.form}".lstrip("/")) for one in told.places}
    width = min(60, max(map(display_width, where.values())))
    rows = []
    for one in told.places:
        stated = page.bold(decimal(min(one.probability, 0.99)))
        rows.append(f" {stated}  {pad(where[one], width)}  {' · '.join(one.reasons)}".rstrip())
    any_ = decimal(min(told.probability, 0.99))
    return [f"Such a task makes new files with probability {any_}; if so, one of them here:", *rows]


def _render_partners(missed: Sequence[Partner]) -> str:
    """Render a line for each file."""
    return (
        "\n".join(
            f" {decimal(min(one.times / one.changes, 0.99))}  {one_line(one.path)}  changed with {one_line(one.of)}"
            f" in {one.times} of {plural(one.changes, 'commit')}"
            for one in missed
        )
        or "No other file changes with these often enough."
    )


def _render_file(file: PredictedFile, width: int, page: Page) -> str:
    """Render one file."""
    stated = "   -" if file.probability is None else decimal(min(file.probability, 0.99))
    why = " · ".join(map(one_line, file.reasons))
    return f" {page.bold(stated)}  {pad(one_line(file.path), width)}  {why}".rstrip()


def _describe_ground(found: Prediction, now: datetime) -> str:
    """Describe how much is known and how good it was."""
    words = f"from {plural(found.commits, 'commit')}"
    if found.until is not None:
        days = (now - found.until).days
        words += " up to today" if days < 1 else f" up to {day(found.until)}"
    if found.measured is not None:
        done = found.measured
        words += (
            f"; on the last {number(done.commits)}: recall@10 {decimal(done.recall10)}"
            f" (recency alone {decimal(done.recency_recall10)})"
        )
    return f"{words}; model: {found.model}"
