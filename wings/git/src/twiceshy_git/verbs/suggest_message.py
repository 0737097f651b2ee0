"""Suggest a commit message for a change, as people here would write it, and say where it is from.

Without words it is about what is staged; COMMIT is anything that git takes for one, and then only messages from before
it are offered. Type, scope and wording come from older commits of this repository that changed the like; names in them
give way to those of this change. Where nothing is surely right it says so and shows the nearest commits instead.
A number of an issue is only written where the task (--task, or the branch's name) has it.

Nothing is sent anywhere, and nothing is committed. `twiceshy init --git --messages` offers the same in your editor.
"""

import argparse
from datetime import datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import parse_positive
from twiceshy.screens.terminal.draw_message import draw_message
from twiceshy.screens.terminal.page import print_answer
from twiceshy_git import message_recipes as messages

EXAMPLE = "twiceshy suggest-message --staged"
_NOTHING_STAGED = "Nothing is staged.\nNext: git add FILE, then twiceshy suggest-message"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which change, and how many messages."""
    parser.add_argument("commit", nargs="?", default="", metavar="COMMIT", help="a commit instead of what is staged")
    parser.add_argument("--staged", action="store_true", help="what would be committed now (the default)")
    parser.add_argument("--task", default="", metavar="TEXT", help="what the change is for, in your words")
    parser.add_argument("--top", metavar="N", type=parse_positive, default=3, help="most messages to show (3)")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Ask, and show the answer."""
    if args.staged and args.commit:
        raise UsageError("say either --staged or a commit.")
    now = datetime.now().astimezone()
    found = messages.suggest_message(config, args.repo, now, commit=args.commit, task=args.task, top=args.top)
    record = {"message": found}
    return print_answer(args, "message", record, lambda page: draw_message(found, page) if found else _NOTHING_STAGED)
