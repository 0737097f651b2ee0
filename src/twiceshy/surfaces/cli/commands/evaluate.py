"""Measure the ranking of files on this repository's newest commits, beside every baseline, in time order.

Each held-out commit is ranked by its subject before it is learned (with --frozen nothing held out is ever learned).
Targets are files that existed before the commit and that it changed; --all-files counts new ones too.
"""

import argparse
import sys
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.records.predictions import Evaluation
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Column, Pen, draw_table, number, pen_for, terminal_width

EXAMPLE = "twiceshy evaluate files --split .2"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to measure and how."""
    parser.add_argument("kind", choices=["files"], help="files: which files a task touches")
    parser.add_argument("--split", type=share, default=0.2, metavar="SHARE", help="held-out share of the commits (.2)")
    parser.add_argument("--frozen", action="store_true", help="learn nothing behind the split")
    parser.add_argument("--all-files", action="store_true", help="count files that the commit made as targets too")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--model", default="", metavar="NAME", help="judge this model; see `twiceshy models list`")


def share(text: str) -> float:
    """Parse a number between 0 and 1."""
    value = float(text)
    if not 0 < value < 1:
        raise UsageError(f"--split takes a share between 0 and 1, such as .2, and not {text!r}")
    return value


def run(args: argparse.Namespace, config: Config) -> int:
    """Measure, and show the table."""
    from twiceshy.flows.predict import evaluate_files  # noqa: PLC0415  # `--help` need not pay for it

    found = evaluate_files(
        config, args.repo, split=args.split, frozen=args.frozen, all_files=args.all_files, model_name=args.model
    )
    if args.json:
        print(to_json("evaluate", found))
    else:
        print(render_evaluation(found, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
    return 0


def render_evaluation(found: Evaluation, width: int, pen: Pen) -> str:
    """Render a row for each ranking; how far the first one leads stands behind."""
    columns = [
        Column("ranking"),
        *(Column(title, right=True) for title in _TITLES),
        Column("MRR lead (95 %)", right=True),
    ]
    rows = []
    for one in found.rankings:
        marks = [f"{value:.3f}" for value in (one.mrr, one.recall5, one.recall10, one.precision1, one.map)]
        lead = "" if "mrr" not in one.behind else "{:+.3f} ({:+.3f} to {:+.3f})".format(*one.behind["mrr"])
        rows.append([one.name, *marks, lead])
    said = (
        f"{number(found.commits)} commits, {found.protocol}, after {number(found.learned)};"
        f" targets: {'all files' if found.targets == 'all' else 'files that existed'}"
    )
    return "\n".join([draw_table(columns, rows, width, pen), pen.dim(said), *(f"note: {note}" for note in found.notes)])


_TITLES = ("MRR", "recall@5", "recall@10", "prec@1", "MAP")
