"""Show what your agents did, where they failed and what it cost.

First comes what stands out: significantly worse than the rest, with its cost and a command that shows it. Then failures
by tool, the most frequent errors, edits without a read, commands, files, tokens, and your refusals. `--explain` says
how each number is made and how to list its rows; `--explain KEY` shows the calls behind one of them.
"""

import argparse
from datetime import datetime

from twiceshy.config import Config
from twiceshy.flows import learn, look
from twiceshy.records.values import Scope
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.filters import add_filters, find_scope
from twiceshy.surfaces.cli.page import page_of, print_answer, print_text
from twiceshy.surfaces.cli.prepare_report import describe_unscored, prepare_report

EXAMPLE = "twiceshy report --since 30d --project web-shop"
SECTIONS = ("cost", "facts")
COST_GROUPS = ("day", "week", "month", "block", "project", "model", "session")
"""As ``records.costs.CostGroup``, which a report without costs need not import."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters and how much to show."""
    parser.add_argument("section", metavar="SECTION", nargs="?", choices=SECTIONS, help="only this part: cost or facts")
    parser.add_argument("--by", choices=COST_GROUPS, default="day", help="of cost: what its rows are (day)")
    add_filters(parser, agent=True)
    parser.add_argument(
        "--statusline",
        action="store_true",
        help="of cost: one line for a client's status line, which says its session on stdin",
    )
    parser.add_argument("--until", metavar="WHEN", help="only sessions that began earlier; written like --since")
    parser.add_argument("--all", action="store_true", help="show more rows of everything")
    parser.add_argument(
        "--explain",
        metavar="KEY",
        nargs="?",
        const="",
        help="say how the numbers are made; with KEY: show the calls behind one",
    )
    parser.add_argument("--html", metavar="FILE", help="write it as one page that works offline, with plots")
    parser.add_argument("--with-text", action="store_true", help="--html: with the commands and messages of calls")
    parser.add_argument("--force", action="store_true", help="--html: replace the file if there is one")
    parser.add_argument(
        "--first-look", action="store_true", help="where no agent's logs are found, show the sample project"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Look, and draw it."""
    if args.explain == "":
        from twiceshy.surfaces.cli.explain_report import explain_all  # noqa: PLC0415  # only then

        print_text(explain_all(page_of(args)))
        return 0

    now = datetime.now().astimezone()
    if args.section == "cost" and args.statusline:
        return _print_status_line(args, config, now)
    config = prepare_report(args, config, now)
    scope = find_scope(args, config, since=config.report_since)
    if args.section == "cost":
        from twiceshy.records.costs import CostGroup  # noqa: PLC0415  # only then
        from twiceshy.surfaces.cli.draw_cost import render_cost  # noqa: PLC0415  # as above

        spent = look.build_cost_report(config, scope, CostGroup(args.by), now)
        return print_answer(args, "cost", spent, lambda page: render_cost(spent, page))
    if args.section == "facts":
        return _report_facts(args, config, scope)
    if args.html:
        from twiceshy.surfaces.cli.write_page import describe_page, write_report_page  # noqa: PLC0415  # only then

        written = write_report_page(args, config, scope, now)
        return print_answer(args, "page", written, lambda _: describe_page(written, with_text=args.with_text))
    found = look.build_report(config, scope)
    if args.explain:
        from twiceshy.surfaces.cli.explain_report import explain_one  # noqa: PLC0415

        print_text(explain_one(found, args.explain, config, page_of(args)))
    elif args.json:
        print_text(to_json("report", found))
    else:
        from twiceshy.surfaces.cli.draw_report import render_report  # noqa: PLC0415

        print_text(render_report(found, page_of(args), everything=args.all))
        if waiting := describe_unscored(learn.count_unscored(config)):
            print_text(page_of(args).dim(waiting))
    return 0


def _print_status_line(args: argparse.Namespace, config: Config, now: datetime) -> int:
    """Print what is spent now, and return the exit code. No log is read for it: it is asked for every second."""
    from twiceshy.surfaces.cli.status_line import read_client_status, render_status_line  # noqa: PLC0415  # only then

    client = read_client_status()
    spent = look.read_spending_now(config, Scope(project=args.project, agent=args.agent), client.session, now)
    return print_answer(args, "cost-now", spent, lambda page: render_status_line(spent, client, page))


def _report_facts(args: argparse.Namespace, config: Config, scope: Scope) -> int:
    """Say how things are done in each project, and return the exit code."""
    from twiceshy.surfaces.cli.draw_facts import render_facts  # noqa: PLC0415  # only then

    facts = look.read_project_facts(config, scope)
    return print_answer(args, "facts", {"facts": facts}, lambda page: render_facts(facts, page, everything=args.all))
