"""Never show a lesson again.

It goes on being counted, so that `twiceshy lessons list --state muted` says how often it would have helped.
`twiceshy lessons unmute ID` takes it back.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.config import Config
from twiceshy.surfaces.cli.as_json import answer

EXAMPLE = "twiceshy mute l-4b1d77c0"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which."""
    parser.add_argument("id", metavar="ID", help="l-… (a lesson)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Mute it."""
    from twiceshy.flows.lesson_reviews import decide  # noqa: PLC0415  # `--help` need not pay for it
    from twiceshy.records.lessons import State  # noqa: PLC0415

    lesson = decide(config, args.id, State.MUTED, datetime.now(UTC))
    print(answer("mute", {"lesson": lesson}) if args.json else f"{lesson.slug} is muted.")
    return 0
