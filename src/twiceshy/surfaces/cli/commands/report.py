"""Show what your agents did, where they failed and what it cost.

First comes what stands out: significantly worse than the rest, with its cost and a command that shows it. Then failures
by tool, the most frequent errors, edits without a read, commands, files, tokens, and your refusals. `--explain` says
how each number is made and how to list its rows; `--explain KEY` shows the calls behind one of them.
"""

import argparse
import sys
from datetime import datetime
from shutil import which

from twiceshy.config import Config
from twiceshy.flows import look
from twiceshy.records.values import Scope
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.filters import add_filters, parse_since
from twiceshy.surfaces.cli.page import page_of, print_text

EXAMPLE = "twiceshy report --since 30d --project web-shop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters and how much to show."""
    add_filters(parser, agent=True)
    parser.add_argument("--until", metavar="WHEN", help="only sessions that began earlier; written like --since")
    parser.add_argument("--all", action="store_true", help="show more rows of everything")
    parser.add_argument(
        "--explain",
        metavar="KEY",
        nargs="?",
        const="",
        help="say how the numbers are made; with KEY: show the calls behind one",
    )
    parser.add_argument("--first-look", action="store_true", help="read the logs first if nothing is stored yet")


def run(args: argparse.Namespace, config: Config) -> int:
    """Look, and draw it."""
    if args.explain == "":
        from twiceshy.surfaces.cli.explain_report import explain_all  # noqa: PLC0415  # only then

        print_text(explain_all(page_of(args)))
        return 0

    now = datetime.now().astimezone()
    if args.first_look:
        config, said = look.take_first_look(config, now.date())
        if said and not args.json:
            print_text(said)
            if which("twiceshy") is None:
                print_text(f"`twiceshy` is not on PATH: write {sys.argv[0]} in its place.")
            print_text()
    scope = Scope(
        project=args.project,
        agent=args.agent,
        since=parse_since(args.since or config.report_since, now),
        until=parse_since(args.until, now),
    )
    found = look.build_report(config, scope)
    if args.explain:
        from twiceshy.surfaces.cli.explain_report import explain_one  # noqa: PLC0415

        print_text(explain_one(found, args.explain, config, page_of(args)))
    elif args.json:
        print_text(to_json("report", found))
    else:
        from twiceshy.surfaces.cli.draw_report import render_report  # noqa: PLC0415

        print_text(render_report(found, page_of(args), everything=args.all))
    return 0
