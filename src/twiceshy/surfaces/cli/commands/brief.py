"""What an agent would be told about a task before it begins: at most five lessons and 2 KB, nothing where nothing fits.

Files that such tasks touched (once `twiceshy predict` has looked at the repository), lessons that the task is about,
how the files that it names fared, and approaches that went badly here. Without TASK: what is told at a session's start
whatever the task.
"""

import argparse
from pathlib import Path

from twiceshy.config import Config
from twiceshy.surfaces.cli.as_json import to_json

EXAMPLE = 'twiceshy brief "rotate refresh tokens on logout"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the task and its files."""
    parser.add_argument("task", nargs="?", default="", metavar="TASK", help="the task in words")
    parser.add_argument("--file", action="append", default=[], metavar="FILE", help="a file that it is about")


def run(args: argparse.Namespace, config: Config) -> int:
    """Gather it and print it."""
    from twiceshy.flows.advise import brief_start, brief_task  # noqa: PLC0415  # `--help` need not pay for it

    asked = bool(args.task.strip() or args.file)
    found = brief_task(config, Path.cwd(), args.task, files=args.file) if asked else brief_start(config, Path.cwd())
    if args.json:
        near = [{"id": one.lesson.id, "similarity": one.similarity} for one in found.lessons]
        print(
            to_json(
                "brief",
                {"words": found.words, "by": found.by, "lessons": near, "files": found.files, "pasts": found.pasts},
            )
        )
    else:
        print(found.words or "Nothing that is known fits: an agent would be told nothing.")
    return 0
