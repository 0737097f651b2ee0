"""List, show and compare this repository's ranking models, and go back to an earlier one.

`list` names them, `show` has a model's card (the data it is from, its protocol, its figures beside every baseline),
`compare` puts their figures side by side, `rollback` makes an earlier one the one in use.
"""

import argparse
import json
import sys
from pathlib import Path

from twiceshy.config import Config
from twiceshy.records.predictions import ModelLine
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Column, Pen, draw_table, number, pen_for, terminal_width

EXAMPLE = "twiceshy models rollback"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do with which model."""
    parser.add_argument("action", nargs="?", default="list", choices=["list", "show", "compare", "rollback"])
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="a model of the list")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    from twiceshy.flows.predict import list_models, roll_back, show_model  # noqa: PLC0415  # `--help` need not pay for it

    if args.action == "show":
        card = show_model(config, args.repo, args.name)
        print(to_json("models", card) if args.json else json.dumps(card, indent=1))
        return 0
    if args.action == "rollback":
        name = roll_back(config, args.repo, args.name)
        print(to_json("models", {"active": name}) if args.json else f"{name} is in use now.")
        return 0
    lines = list_models(config, args.repo)
    if args.json:
        print(to_json("models", {"models": lines}))
    else:
        print(render_models(lines, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
    return 0


def render_models(lines: list[ModelLine], width: int, pen: Pen) -> str:
    """Render a row for each model."""
    columns = [
        Column("model"),
        Column("state"),
        Column("trees"),
        Column("commits", right=True),
        Column("judged on", right=True),
        Column("MRR", right=True),
        Column("recall@10", right=True),
        Column("KB", right=True),
        Column("until"),
    ]
    rows = [
        [
            line.name,
            "in use" if line.active else "kept" if line.used else "not used",
            "own" if line.own_trees else "general",
            number(line.commits),
            number(line.judged),
            "" if line.mrr is None else f"{line.mrr:.3f}",
            "" if line.recall10 is None else f"{line.recall10:.3f}",
            number(line.bytes // 1024),
            line.made_until[:10],
        ]
        for line in lines
    ]
    why = [pen.dim(f"{line.name}: {line.why_not}") for line in lines if line.why_not]
    return "\n".join([draw_table(columns, rows, width, pen), *why])
