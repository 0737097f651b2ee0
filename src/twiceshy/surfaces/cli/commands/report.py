"""What your agents did, where they failed and what it cost.

First what stands out: significantly worse than the rest, with its cost and a command that shows it. Then failures by
tool, the most frequent errors, edits without a read, commands, files, tokens, and what you refused. `--explain` tells
how each number is made and how to list its rows; `--explain KEY` shows the calls behind one of them.
"""

import argparse
import sys
from datetime import datetime
from shutil import which

from twiceshy.config import Config
from twiceshy.records.values import Scope
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import pen_for, terminal_width
from twiceshy.surfaces.cli.filters import add_filters, parse_since

EXAMPLE = "twiceshy report --since 30d --project web-shop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters and how much to show."""
    add_filters(parser, agent=True)
    parser.add_argument("--until", metavar="WHEN", help="only sessions that began before: as --since")
    parser.add_argument("--all", action="store_true", help="more rows of everything")
    parser.add_argument(
        "--explain", metavar="KEY", nargs="?", const="", help="how the numbers are made; with KEY: the calls behind one"
    )
    parser.add_argument("--first-look", action="store_true", help="read logs first if nothing is stored yet")


def run(args: argparse.Namespace, config: Config) -> int:
    """Look, and draw it."""
    if args.explain == "":
        from twiceshy.surfaces.cli.explain_report import explain_all  # noqa: PLC0415  # only then

        print(explain_all(terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
        return 0
    from twiceshy.flows.look import build_report, take_first_look  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    if args.first_look:
        config, said = take_first_look(config, now.date())
        if said and not args.json:
            print(said)
            if which("twiceshy") is None:
                print(f"Where `twiceshy` stands below, write {sys.argv[0]} here.")
            print()
    scope = Scope(
        project=args.project,
        agent=args.agent,
        since=parse_since(args.since or config.report_since, now),
        until=parse_since(args.until, now),
    )
    found = build_report(config, scope)
    pen = pen_for(sys.stdout, no_color=args.no_color)
    if args.explain:
        from twiceshy.surfaces.cli.explain_report import explain_one  # noqa: PLC0415

        print(explain_one(found, args.explain, config, now, width=terminal_width(), pen=pen))
    elif args.json:
        print(to_json("report", found))
    else:
        from twiceshy.surfaces.cli.draw_report import render_report  # noqa: PLC0415

        print(render_report(found, now, terminal_width(), pen, everything=args.all))
    return 0
