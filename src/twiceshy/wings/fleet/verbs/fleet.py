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
else a file of the data folder, made once. It needs `pip install '.[fleet]'` in the checkout.
"""

import argparse
from collections.abc import Callable, Mapping

from twiceshy.base.config import Config
from twiceshy.doors.cli.filters import parse_count
from twiceshy.doors.web.fleet_rows import DIMENSIONS
from twiceshy.wings.fleet.verbs import fleet_plan, fleet_run, report_fleet

EXAMPLE = "twiceshy fleet plan /srv/fleet --logs /srv/logs --repositories /srv/git --team-at 1 --person-at 2"
_SAMPLE_MB = 64.0
"""Enough for four parts of some seconds each (guess, 2026-11-23)."""
_ACTIONS: Mapping[str, Callable[[argparse.Namespace, Config], int]] = {
    "plan": fleet_plan.plan,
    "run": fleet_run.run_all,
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
    parser.add_argument("--engine", choices=fleet_run.ENGINES, default="processes", help="run: what does the work")
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
