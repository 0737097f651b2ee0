"""Show what a model can learn from the stored history: usable rows, labels, repeats, texts, links, gaps, odd records.

Each line is a share with its n and its 95 % interval; there is no overall number. What to do comes first: at most three
sentences, the worst first, each with a command. `--check` tells by its exit code how bad it is: 0 nothing or a note, 60
a warning, 1 a problem. The first collector's score stands beside it under its own name, `seed_score`.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.base.config import Config
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.records.quality import QualityLevel
from twiceshy.screens.terminal.draw_quality import render_quality
from twiceshy.screens.terminal.page import print_answer
from twiceshy_data import recipes as dataset

EXAMPLE = "twiceshy quality --project web-shop"
_EXIT_CODES = {QualityLevel.PROBLEM: 1, QualityLevel.WARNING: 60}  # defined in docs/reference/exit-codes.md


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters, and whether the exit code tells."""
    add_filters(parser, agent=True)
    parser.add_argument("--check", action="store_true", help="exit with 60 for a warning, 1 for a problem")


def run(args: argparse.Namespace, config: Config) -> int:
    """Look, and say what was found."""
    found = dataset.look_at_quality(config, find_scope(args, config), datetime.now(UTC))
    print_answer(args, "quality", found, lambda page: render_quality(found, page))
    return _EXIT_CODES.get(found.level, 0) if args.check else 0
