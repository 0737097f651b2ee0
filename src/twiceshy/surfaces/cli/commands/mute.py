"""Never show a warning or a lesson again.

It goes on being counted, so that its precision stays known. `--undo` lets it be shown again.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.config import Config
from twiceshy.surfaces.cli.as_json import to_json

EXAMPLE = "twiceshy mute w-3f2a9c1e"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which."""
    parser.add_argument("id", metavar="ID", help="w-… (a warning) or l-… (a lesson)")
    parser.add_argument("--undo", action="store_true", help="let it speak again")


def run(args: argparse.Namespace, config: Config) -> int:
    """Mute it."""
    from twiceshy.flows.advise import mute  # noqa: PLC0415  # `--help` need not pay for it

    muted = mute(config, args.id, datetime.now(UTC), undo=args.undo)
    state = "may speak again" if args.undo else "is muted"
    said = to_json("mute", {"id": muted.id, "muted": not args.undo})
    print(said if args.json else f"{muted.words}\n{muted.id} {state}.")
    return 0
