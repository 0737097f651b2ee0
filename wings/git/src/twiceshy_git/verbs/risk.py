"""Show how likely it is that a change will have to be fixed later, and why, in one sentence.

--staged asks of what would be committed now, --diff of a patch (- reads it from standard input); COMMIT is anything
that git takes for one, or a range such as main..HEAD, SESSION a session's id: then its commits here are told, and its
work that waits to be committed. Without words the newest changes are listed. --order lists those first whose reading
finds most for each changed line.

The answer is learned from this repository's own past: which changes were fixed or taken back later. A model that does
not beat the number of lines added is not used; then only the size is told. Where too little is known, that is said, and
what is missing. Risk is a second number beside `score`, which tells the faults that scanners see. None of the change is
run. For what is not committed, logs of agents at work are read up to now. The exit code is 0 whatever is found; with
--fail-over NUMBER it is 1 above that.
"""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import parse_positive, parse_share
from twiceshy.doors.cli.named_file import read_diff
from twiceshy.judgement import sessions
from twiceshy.records.change_risk import RiskAnswer, RiskList
from twiceshy.screens.terminal.draw_risk import draw_risk, draw_risks
from twiceshy.screens.terminal.page import print_answer
from twiceshy_git import risk_recipes as risk

EXAMPLE = "twiceshy risk --staged"
_NOTHING_STAGED = "Nothing is staged.\nNext: git add FILE, then twiceshy risk --staged"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare of what the risk is asked, and how it is listed."""
    parser.add_argument("names", nargs="*", metavar="COMMIT or SESSION", help="commits, ranges, or a session's id")
    parser.add_argument("--staged", action="store_true", help="tell the risk of what would be committed now")
    parser.add_argument("--diff", metavar="FILE", help="tell the risk of what a unified diff would commit here")
    parser.add_argument("--order", action="store_true", help="list what finds most for each changed line first")
    parser.add_argument("--top", metavar="N", type=parse_positive, default=20, help="most changes to list (20)")
    parser.add_argument("--fail-over", metavar="NUMBER", type=parse_share, help="exit with 1 when a risk is above this")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Ask, show the answer, and return the exit code."""
    if args.staged + bool(args.diff) + bool(args.names) > 1:
        raise UsageError("say only one of --staged, --diff FILE, commits or a session.")
    now = datetime.now().astimezone()
    if args.staged or args.diff:
        return _show_pending(args, config, now)
    found = _ask_commits(args, config, now)
    print_answer(args, "risks", found, lambda page: draw_risks(found, page))
    return _choose_status(args, found.answers)


def _show_pending(args: argparse.Namespace, config: Config, now: datetime) -> int:
    found = _ask_pending(args, config, now)
    print_answer(args, "risk", {"risk": found}, lambda page: draw_risk(found, page) if found else _NOTHING_STAGED)
    return _choose_status(args, [found] if found else [])


def _ask_pending(args: argparse.Namespace, config: Config, now: datetime) -> RiskAnswer | None:
    sessions.read_live_logs(config, now)
    if args.staged:
        return risk.tell_staged_risk(config, args.repo, now)
    return risk.tell_patch_risk(config, args.repo, read_diff(args.diff), now)


def _ask_commits(args: argparse.Namespace, config: Config, now: datetime) -> RiskList:
    names: list[str] = args.names
    if len(names) == 1 and risk.is_session_id(names[0]):
        sessions.read_live_logs(config, now)
        return risk.tell_session_risk(config, args.repo, names[0], now, most=args.top, by_line=args.order)
    return risk.tell_commit_risks(config, args.repo, names, now, most=args.top, by_line=args.order)


def _choose_status(args: argparse.Namespace, answers: Sequence[RiskAnswer]) -> int:
    """Return 1 where a risk is above the limit; one that is not known never is."""
    limit = 1.0 if args.fail_over is None else args.fail_over
    return int(any(one.probability is not None and one.probability > limit for one in answers))
