"""Rank the files of this repository that a task will touch, with the reason for each.

Works in any git repository, without a store and without training: it reads the history once and keeps an index in the
data folder. The number before a file is the probability that the task changes it.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.records.predictions import Partner, PredictedFile, Prediction
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Pen, number, pen_for, plural
from twiceshy.surfaces.cli.filters import parse_positive

EXAMPLE = 'twiceshy predict "rotate refresh tokens on logout" --seed src/auth/tokens.py'
_MOST_STDIN = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the task and how to rank."""
    parser.add_argument("task", nargs="*", metavar="TASK", help="what is to be done, in words")
    parser.add_argument("--stdin", action="store_true", help="read the task from standard input")
    parser.add_argument("--seed", nargs="+", action="extend", default=[], metavar="FILE", help="files known to be part")
    parser.add_argument(
        "--seen",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="files that the running session read or searched in, newest last",
    )
    parser.add_argument("--top", type=parse_positive, default=10, metavar="N", help="at most so many files (10)")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--model", default="", metavar="NAME", help="a model or baseline; see `twiceshy models list`")
    parser.add_argument("--model-file", type=Path, metavar="FILE", help="rank with a tfidf model from a file")
    parser.add_argument(
        "--partners",
        nargs="+",
        metavar="FILE",
        help="instead: files that mostly change with these and are not among them",
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Rank, and say why."""
    from twiceshy.flows.predict import partners_of, predict  # noqa: PLC0415  # `--help` need not pay for it

    if args.partners:
        missed = partners_of(config, args.repo, args.partners, args.top)
        print(to_json("partners", {"files": missed}) if args.json else _render_partners(missed))
        return 0
    text = " ".join(args.task)
    if args.stdin:
        text = f"{text}\n{sys.stdin.buffer.read(_MOST_STDIN).decode('utf-8', 'replace')}"
    found = predict(
        config,
        args.repo,
        text,
        seeds=args.seed,
        seen=args.seen,
        top=args.top,
        model_name=args.model,
        model_file=args.model_file,
    )
    if args.json:
        print(to_json("predict", found))
    else:
        print(render_prediction(found, datetime.now(UTC), pen_for(sys.stdout, no_color=args.no_color)))
    return 0


def render_prediction(found: Prediction, now: datetime, pen: Pen) -> str:
    """Render a line for each file, then what the answer rests on."""
    width = min(60, max((len(file.path) for file in found.files), default=0))
    lines = [_render_file(file, width, pen) for file in found.files] or ["No file of this repository can be proposed."]
    return "\n".join([*lines, pen.dim(f" {_describe_ground(found, now)}"), *(f" note: {note}" for note in found.notes)])


def _render_partners(missed: Sequence[Partner]) -> str:
    """Render a line for each file."""
    return (
        "\n".join(
            f" {_format_share(min(one.times / one.changes, 0.99))}  {_escape(one.path)}  changed with {_escape(one.of)}"
            f" in {one.times} of {plural(one.changes, 'commit')}"
            for one in missed
        )
        or "No file changes with these often enough to be missed."
    )


def _render_file(file: PredictedFile, width: int, pen: Pen) -> str:
    """Render one file."""
    stated = "  -" if file.probability is None else _format_share(min(file.probability, 0.99))
    why = " · ".join(map(_escape, file.reasons))
    return f" {pen.bold(stated)}  {_escape(file.path):<{width}}  {why}".rstrip()


def _escape(text: str) -> str:
    """Return the text with control characters made visible."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _describe_ground(found: Prediction, now: datetime) -> str:
    """Describe how much is known and how good it was."""
    words = f"knows {plural(found.commits, 'commit')}"
    if found.until is not None:
        days = (now - found.until).days
        words += " up to today" if days < 1 else f" up to {found.until:%Y-%m-%d}"
    if found.measured is not None:
        done = found.measured
        words += (
            f"; on the last {number(done.commits)}: recall@10 {_format_share(done.recall10)}"
            f" (recency alone {_format_share(done.recency_recall10)})"
        )
    return f"{words}; model: {found.model}"


def _format_share(value: float) -> str:
    """Format 0.71 as .71."""
    return f"{value:.2f}".removeprefix("0") if value < 1 else "1.0"
