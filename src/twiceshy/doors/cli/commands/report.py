"""Show what your agents did, which mistakes they made again, what that cost, and what to do about it.

Ten lines: what there was, what mistakes made again cost, the three that are most worth acting on, what got better or
worse. Without --since it is about the newest four weeks of what is stored, or longer where they hold few sessions.
SECTION shows one part alone, `--all` every part. `--explain` says how each number is made; `--explain i-...` lists the
cases behind an insight.
"""

import argparse
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.plugins import find_answer
from twiceshy.base.values import Scope
from twiceshy.doors.cli.filters import add_filters, find_scope, write_filters
from twiceshy.doors.cli.prepare_report import describe_unscored, prepare_report
from twiceshy.recipes import learn, look
from twiceshy.records.questions import MEMORY, RISK
from twiceshy.screens.terminal.page import page_of, print_answer, print_text
from twiceshy.stats.text.as_json import to_json

if TYPE_CHECKING:
    from twiceshy.records.figures import RiskiestWork
    from twiceshy.records.memory import ToldOverview
    from twiceshy.records.report import Report, ReportSection

EXAMPLE = "twiceshy report --since 30d --project web-shop"
SECTIONS = ("insights", "tools", "errors", "edits", "commands", "models", "tasks", "cost", "spend", "facts")
_ALONE = ("cost", "spend", "facts")
COST_GROUPS = ("day", "week", "month", "block", "project", "model", "session")
"""As ``records.costs.CostGroup``, which a report without costs need not import."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters and how much to show."""
    parser.add_argument(
        "section", metavar="SECTION", nargs="?", choices=SECTIONS, help=f"only this part: {', '.join(SECTIONS)}"
    )
    parser.add_argument("--by", choices=COST_GROUPS, help="of cost: what its rows are (day); of spend: rows too")
    add_filters(parser, agent=True)
    parser.add_argument(
        "--statusline",
        action="store_true",
        help="of cost: one line for a client's status line, which says its session on stdin",
    )
    parser.add_argument("--until", metavar="WHEN", help="only sessions that began earlier; written like --since")
    parser.add_argument("--all", action="store_true", help="show every part")
    parser.add_argument(
        "--explain",
        metavar="KEY",
        nargs="?",
        const="",
        help="say how the numbers are made; with KEY: one of them, or an insight's cases (i-...)",
    )
    parser.add_argument("--html", metavar="FILE", help="write it as one page that works offline, with plots")
    parser.add_argument("--with-text", action="store_true", help="--html: with the commands and messages of calls")
    parser.add_argument("--force", action="store_true", help="--html: replace the file if there is one")
    parser.add_argument(
        "--first-look", action="store_true", help="where no agent's logs are found, show the sample project"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Look, and draw it."""
    if args.explain is not None and not args.explain.startswith("i-"):
        return _explain(args)
    now = datetime.now().astimezone()
    if args.section == "cost" and args.statusline:
        return _print_status_line(args, config, now)
    try:
        config = prepare_report(args, config, now)
    except NotFound:
        if _report_told(args, config):
            return 0
        raise
    asked = find_scope(args, config, since=config.report_since)
    if args.explain:
        from twiceshy.doors.cli.commands.show import show_insights  # noqa: PLC0415  # only then

        return show_insights(args, config, args.explain)
    if args.section in _ALONE:
        return _report_alone(args, config, asked, now)
    if args.html:
        return _write_page(args, config, look.choose_scope(config, asked), now)
    return _report_work(args, config, look.choose_scope(config, asked), now)


def _report_work(args: argparse.Namespace, config: Config, scope: Scope, now: datetime) -> int:
    """Show the ten lines, or what was asked for, and return the exit code."""
    found = look.build_report(config, scope, _list_sections(args))
    riskiest = None if args.section else _read_riskiest(config, scope, now)
    if args.json:
        print_text(to_json("report", replace(found, told=_read_told(config), riskiest=riskiest)))
        return 0
    print_text(_render(args, config, found))
    if riskiest is not None:
        _show_riskiest(args, riskiest)
    if waiting := describe_unscored(learn.count_unscored(config)):
        print_text(page_of(args).dim(waiting))
    if not args.section:
        from twiceshy.doors.cli.offer_rules import offer_rules  # noqa: PLC0415  # a section alone need not wait for it

        _report_told(args, config)
        offer_rules(args, config, {project.name for project in found.overview.projects})
    return 0


def _read_riskiest(config: Config, scope: Scope, now: datetime) -> "RiskiestWork | None":
    """Return the riskiest changes of this folder's repository; None where nobody trained a model for it."""
    risk = find_answer(RISK)
    return None if risk is None else risk.read_riskiest_work(config, Path.cwd(), scope, now)


def _show_riskiest(args: argparse.Namespace, riskiest: "RiskiestWork") -> None:
    """Show the riskiest changes of this folder's repository."""
    from twiceshy.screens.terminal.draw_risk import draw_riskiest  # noqa: PLC0415  # only then

    print_text("\n" + draw_riskiest(riskiest, page_of(args)))


def _read_told(config: Config) -> "ToldOverview | None":
    """Return what others told of the project of this folder; None where they told nothing."""
    folder, memory = Path.cwd(), find_answer(MEMORY)
    return memory.read_told_overview(config, folder) if memory and memory.has_told(config, folder) else None


def _report_told(args: argparse.Namespace, config: Config) -> bool:
    """Show what others told of the project of this folder; return whether they told anything."""
    told = _read_told(config)
    if told is None:
        return False
    from twiceshy.screens.terminal.draw_told import render_told_overview  # noqa: PLC0415  # only then

    print_answer(args, "report-told", told, lambda page: render_told_overview(told, page))
    return True


def _print_status_line(args: argparse.Namespace, config: Config, now: datetime) -> int:
    """Print what is spent now, and return the exit code. No log is read for it: it is asked for every second."""
    from twiceshy.screens.terminal.draw_cost import read_client_status, render_status_line  # noqa: PLC0415  # only then

    client = read_client_status()
    spent = look.read_spending_now(config, Scope(project=args.project, agent=args.agent), client.session, now)
    return print_answer(args, "cost-now", spent, lambda page: render_status_line(spent, client, page))


def _write_page(args: argparse.Namespace, config: Config, scope: Scope, now: datetime) -> int:
    """Write the report as a page, and return the exit code."""
    from twiceshy.doors.cli.write_page import describe_page, write_report_page  # noqa: PLC0415  # only then

    written = write_report_page(args, config, scope, now)
    return print_answer(args, "page", written, lambda _: describe_page(written, with_text=args.with_text))


def _explain(args: argparse.Namespace) -> int:
    """Say how the numbers are made, and return the exit code."""
    from twiceshy.screens.terminal.explain_report import explain_all, explain_part  # noqa: PLC0415  # only then

    page = page_of(args)
    print_text(explain_part(args.explain, page) if args.explain else explain_all(page))
    return 0


def _report_alone(args: argparse.Namespace, config: Config, scope: Scope, now: datetime) -> int:
    """Show a section that is no part of the report's record, and return the exit code."""
    if args.section == "cost":
        return _report_cost(args, config, scope, now)
    if args.section == "spend":
        return _report_spend(args, config, scope)
    return _report_facts(args, config, scope)


def _report_cost(args: argparse.Namespace, config: Config, scope: Scope, now: datetime) -> int:
    """Show what was spent, and return the exit code."""
    from twiceshy.records.spending import CostGroup  # noqa: PLC0415  # only then
    from twiceshy.screens.terminal.draw_cost import render_cost  # noqa: PLC0415  # as above

    spent = look.build_cost_report(config, scope, CostGroup(args.by or CostGroup.DAY), now)
    return print_answer(args, "cost", spent, lambda page: render_cost(spent, page))


def _report_spend(args: argparse.Namespace, config: Config, scope: Scope) -> int:
    """Show where the money went, and return the exit code."""
    from twiceshy.records.spending import CostGroup  # noqa: PLC0415  # only then
    from twiceshy.screens.terminal.draw_spend import render_spend  # noqa: PLC0415  # only then

    spent = look.build_spend_report(config, scope, CostGroup(args.by) if args.by else None)
    return print_answer(args, "spend", spent, lambda page: render_spend(spent, page))


def _report_facts(args: argparse.Namespace, config: Config, scope: Scope) -> int:
    """Say how things are done in each project, and return the exit code."""
    from twiceshy.screens.terminal.draw_facts import render_facts  # noqa: PLC0415  # only then

    facts = look.read_project_facts(config, scope)
    return print_answer(args, "facts", {"facts": facts}, lambda page: render_facts(facts, page, everything=args.all))


def _list_sections(args: argparse.Namespace) -> "tuple[ReportSection, ...]":
    """Return the parts to compute: one, all, or none but the ten lines."""
    from twiceshy.records.report import ReportSection  # noqa: PLC0415  # help need not import it

    if args.section:
        return (ReportSection(args.section),)
    return tuple(ReportSection) if args.all else ()


def _render(args: argparse.Namespace, config: Config, found: "Report") -> str:
    """Render one section alone, or the ten lines with what was asked for."""
    from twiceshy.doors.cli.offer_suggestions import offer_suggestions  # noqa: PLC0415  # as above
    from twiceshy.screens.terminal.draw_overview import MOST_INSIGHTS, CommandsBeside  # noqa: PLC0415  # not for JSON
    from twiceshy.screens.terminal.draw_report import render_report, render_section  # noqa: PLC0415  # as above

    page = page_of(args)
    if args.section and args.section != "insights":
        return render_section(found, found.sections[0], CommandsBeside(), page)
    shown = found.overview.insights.insights[: None if found.sections else MOST_INSIGHTS]
    beside = CommandsBeside(write_filters(args), offer_suggestions(config, shown))
    if args.section:
        return render_section(found, found.sections[0], beside, page)
    return render_report(found, beside, page)
