"""Show how much this project has collected, what more of it would bring, and when training pays.

The learning curve ranks the newest fifth of the commits with a quarter, a half, three quarters and all of the past
before it. That takes some tens of seconds, and nothing the next time unless there are new commits. `--estimate` shows
the pace and the dates instead, at once. The first collector's milestones stand beside both; they decide nothing.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.screens.terminal.draw_quality import render_estimate, render_milestones
from twiceshy.screens.terminal.page import print_answer
from twiceshy.screens.terminal.progress_bar import watch_steps
from twiceshy_data import recipes as dataset

EXAMPLE = "twiceshy milestones --estimate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which project, and whether to measure."""
    parser.add_argument("--estimate", action="store_true", help="show the pace and when there will be more")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Measure or estimate, and show it."""
    now = datetime.now(UTC)
    if args.estimate:
        found = dataset.estimate_milestones(config, args.repo, now)
        return print_answer(args, "milestones", found, lambda page: render_estimate(found, page))
    with watch_steps(silent=args.json) as watch:
        measured = dataset.measure_milestones(config, args.repo, now, watch.show)
    return print_answer(args, "milestones", measured, lambda page: render_milestones(measured, page))
