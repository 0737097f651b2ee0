"""Show what a session leaves to the next one: what is open, decided and done, in at most 2 KB.

Each line stands on evidence: the session's log (its to-do list, red checks by name, refused calls with the words of
whoever refused, answers, a prompt without an answer), what was judged of it, commits that are linked to it, and what
git says is not committed now. Without --session it is the newest session of this folder, else of this project. Nothing
is guessed: where nothing is known, there is no line.
"""

import argparse
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.judgement import sessions
from twiceshy.records import ids
from twiceshy.records.chats import Handoff
from twiceshy.screens.terminal.formats import many_lines
from twiceshy.screens.terminal.page import print_answer

EXAMPLE = "twiceshy handoff --session s-91c0"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which session."""
    parser.add_argument("--session", metavar="ID", help="s-… (the newest session of this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Gather it and print it.

    Raises:
        UsageError: the id is no session's.
    """
    start = ids.parse_prefix(args.session) if args.session else None
    if args.session and (start is None or start.kind != ids.SESSION):
        raise UsageError(f"{args.session!r} is no session's id: they begin with s- (`twiceshy sessions` lists them).")
    found = sessions.hand_over(config, Path.cwd(), start)
    return print_answer(args, "handoff", found, lambda _: _render(found))


def _render(found: Handoff) -> str:
    return many_lines(found.words) if found.words else f"{found.session} leaves nothing open, and changed nothing."
