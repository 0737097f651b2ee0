"""Work through the logs and repositories of many people, as one machine does through its own.

What is there already is read, once a night or whenever you like: folders or addresses of an object store. All logs of a
project and its repository are worked on together; some projects make a shard, and shards are spread over the processors
of this machine or an existing cluster. What did not change is not opened again.

    plan OUT       list the inputs, cut them into shards, and say from a sample what a run costs
    run OUT        work on every shard that has something new, here or on Spark; what was done before is not done again
    status OUT     shards that are done, failed or waiting; what was set aside and why; rows by table
    report OUT     what is worth doing, and figures by team, repository, agent, model or month

OUT is a folder or an address that this verb makes. It remembers the places: the next call needs OUT only. Every hash in
it is keyed with your organisation's secret, which stays outside: --secret FILE, or the variable TWICESHY_FLEET_SECRET;
else a file of the data folder, made once. It needs `pip install './wings/fleet[fleet]'` in the checkout.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import parse_count
from twiceshy.doors.web.fleet_rows import DIMENSIONS
from twiceshy.records.fleet import EngineName, FleetRun, FleetWish
from twiceshy.records.ingest import StepProgress
from twiceshy.screens.terminal.formats import duration, number, one_line, plural, size
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer
from twiceshy.screens.terminal.progress_bar import watch_steps
from twiceshy_fleet import recipes as fleet
from twiceshy_fleet.verbs import fleet_plan, report_fleet
from twiceshy_fleet.verbs.fleet_plan import draw_aside, draw_failed, make_wish

# What `fleet run` answers: what was worked on, what went wrong, what stands in the output now.

ENGINES: tuple[EngineName, ...] = ("processes", "spark")
_EXIT_FAILED = 1  # defined in docs/reference/exit-codes.md


def run_all(args: argparse.Namespace, config: Config) -> int:
    """Work on what is due; return 1 where a shard failed."""
    wish = _add_engine(args, make_wish(args))
    with watch_steps(silent=args.json) as watch:

        def show(done: int, total: int) -> None:
            watch.show(StepProgress(step="Working on shards", done=done, total=total, unit="shards"))

        found = fleet.run_fleet(config, wish, watch=show)
    print_answer(args, "fleet-run", found, lambda page: _draw_run(found, wish.output, page))
    return _EXIT_FAILED if found.failed else 0


def _add_engine(args: argparse.Namespace, wish: FleetWish) -> FleetWish:
    """Return the wish with what shall do the work.

    Raises:
        UsageError: something was said of Spark, and it is not to be used.
    """
    settings = {}
    for one in args.spark:
        name, mark, value = one.partition("=")
        if not mark or not name.strip():
            raise UsageError(f"--spark {one} is no setting: write KEY=VALUE, such as spark.executor.memory=2g.")
        settings[name.strip()] = value
    if args.engine != "spark" and (settings or args.master):
        raise UsageError("--master and --spark are Spark's: add --engine spark.")
    return replace(wish, engine=args.engine, master=args.master, settings=settings, again=args.again)


def _draw_run(found: FleetRun, output: str, page: Page) -> str:
    """Return what was done, and what to do next."""
    if not found.worked and not found.failed:
        said = f"Nothing new in {plural(found.shards, 'shard')}: nothing was opened."
    else:
        said = (
            f"Worked on {number(found.worked)} of {plural(found.shards, 'shard')} in {duration(found.seconds)}: "
            f"{size(found.bytes_read)} of logs, {duration(found.cpu_s)} of processor time."
        )
    parts = [said, *draw_failed(found.failed), *draw_aside(found.aside)]
    if found.rows:
        columns = (Column("TABLE"), Column("ROWS", right=True))
        parts.append(draw_table(columns, [(name, number(rows)) for name, rows in found.rows.items()], page))
    if found.failed:
        parts.append(f"Try them once more: twiceshy fleet run {one_line(output)}")
    else:
        parts.append(f"What it says: twiceshy fleet report {one_line(output)}")
    return "\n\n".join(parts)


EXAMPLE = "twiceshy fleet plan /srv/fleet --logs /srv/logs --repositories /srv/git --team-at 1 --person-at 2"
_SAMPLE_MB = 64.0
"""Enough for four parts of some seconds each (guess, 2026-11-23)."""
_ACTIONS: Mapping[str, Callable[[argparse.Namespace, Config], int]] = {
    "plan": fleet_plan.plan,
    "run": run_all,
    "status": fleet_plan.show_status,
    "report": report_fleet.show_report,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, with which inputs."""
    parser.add_argument("action", choices=tuple(_ACTIONS))
    parser.add_argument("output", metavar="OUT", help="a folder, or an address such as s3://bucket/folder")
    parser.add_argument(
        "--logs",
        metavar="PLACE",
        nargs="+",
        action="extend",
        default=[],
        help="plan, run: folders or addresses of agents' logs",
    )
    parser.add_argument(
        "--repositories",
        metavar="PLACE",
        nargs="+",
        action="extend",
        default=[],
        help="plan, run: folders below which git repositories lie, bare ones included",
    )
    parser.add_argument(
        "--team-at", metavar="N", type=parse_count, default=0, help="which folder below a place names the team, from 1"
    )
    parser.add_argument(
        "--person-at", metavar="N", type=parse_count, default=0, help="the same of the person, who is hashed"
    )
    parser.add_argument("--secret", metavar="FILE", default="", help="the secret that keys all hashes; or env:NAME")
    parser.add_argument(
        "--workers", metavar="N", type=parse_count, default=0, help="work with so many at once (one a processor)"
    )
    parser.add_argument(
        "--sample",
        metavar="MB",
        type=_parse_size,
        default=_SAMPLE_MB,
        help=f"plan: work through so much to know what it costs ({_SAMPLE_MB:g}; 0: do not)",
    )
    parser.add_argument("--engine", choices=ENGINES, default="processes", help="run: what does the work")
    parser.add_argument("--master", metavar="URL", default="", help="run: Spark's; else a cluster on this machine")
    parser.add_argument(
        "--spark", metavar="KEY=VALUE", action="append", default=[], help="run: one of Spark's own settings"
    )
    parser.add_argument("--again", action="store_true", help="run: try again what was set aside")
    parser.add_argument("--by", choices=DIMENSIONS, default="team", help="report: one row for each of these (team)")
    parser.add_argument("--team", metavar="NAME", default="", help="report: this team alone")
    parser.add_argument("--all", action="store_true", help="report: every table, and every row of it")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked."""
    return _ACTIONS[args.action](args, config)


def _parse_size(text: str) -> float:
    """Parse an amount of megabytes.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not an amount of MB")
    return found
