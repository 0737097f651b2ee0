"""Show the brief that an agent would get for a task: at most 12 lines and 2 KB; nothing where nothing fits.

The brief says how tests, lint and build are called here and what goes wrong again and again (once `twiceshy learn`
ran), and has the files that such tasks touched (once `twiceshy predict` has read the repository), lessons about the
task, the past of the files that the task names, and approaches that went badly here. Without TASK it is the brief for
the start of a session: it says what the last session of this folder, on this branch, left open in the last 14 days.
"""

import argparse
from pathlib import Path

from twiceshy.advice import recipes as advise
from twiceshy.base.config import Config
from twiceshy.screens.terminal.page import print_answer

EXAMPLE = 'twiceshy brief "rotate refresh tokens on logout"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the task and its files."""
    parser.add_argument("task", nargs="?", default="", metavar="TASK", help="the task in words")
    parser.add_argument(
        "--file", action="append", default=[], metavar="FILE", help="a file that the task is about; may be repeated"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Gather it and print it."""
    has_task = bool(args.task.strip() or args.file)
    found = (
        advise.brief_task(config, Path.cwd(), args.task, files=args.file)
        if has_task
        else advise.brief_start(config, Path.cwd())
    )
    near = [{"id": one.lesson.id, "similarity": one.similarity} for one in found.lessons]
    record = {
        "words": found.words,
        "by": found.by,
        "facts": found.facts,
        "left": found.left,
        "troubles": [{"id": one.id, "kind": one.kind, "words": one.says} for one in found.troubles],
        "lessons": near,
        "files": found.files,
        "pasts": found.pasts,
        "poor": found.poor,
    }
    return print_answer(args, "brief", record, lambda _: found.words or "Nothing fits: an agent would get no brief.")
