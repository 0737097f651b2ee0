"""Never show a warning or a lesson again.

It is still counted, so that its precision stays known. `--undo` shows it again, and lets a rule that refused a call
wrongly refuse again.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.advice import recipes as advise
from twiceshy.base.config import Config
from twiceshy.screens.terminal.page import print_answer

EXAMPLE = "twiceshy mute w-3f2a9c1e"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which."""
    parser.add_argument("id", metavar="ID", help="w-… (a warning) or l-… (a lesson)")
    parser.add_argument("--undo", action="store_true", help="show it again")


def run(args: argparse.Namespace, config: Config) -> int:
    """Mute it."""
    muted = advise.mute(config, args.id, datetime.now(UTC), undo=args.undo)
    state = "may be shown again" if args.undo else "is muted"
    record = {"id": muted.id, "muted": not args.undo}
    return print_answer(args, "mute", record, lambda _: f"{muted.words}\n{muted.id} {state}.")
