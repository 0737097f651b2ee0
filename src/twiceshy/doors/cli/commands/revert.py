"""Say that a commit was taken back, and list those that were. Git itself is never touched.

With `--commit` it takes down your word. Without, it lists the commits of this repository that were taken back: as a
person said, as a later commit's message says, because a later commit holds exactly what was there before, or because it
takes out nearly all of its lines.
"""

import argparse
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import parse_count
from twiceshy.logs import history
from twiceshy.records.commits import Revert
from twiceshy.screens.terminal.formats import plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer

EXAMPLE = "twiceshy revert --commit HEAD"
_LIMIT = 20  # rows (guess, 2026-11-23)
_COLUMNS = (Column("when"), Column("commit"), Column("taken back by"), Column("known by", flexible=True))
_WORDS = {
    "told": "a person's word",
    "message": "the message",
    "tree": "the same content as before",
    "lines": "its lines are gone",
}
_DIGITS = 12
"""Of a hash as it is shown (guess, 2026-11-23: git itself shows 7 to 12)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is said."""
    parser.add_argument("--commit", metavar="HASH", help="the commit that was taken back, by any name of git's")
    parser.add_argument("--by", metavar="HASH", help="the commit that took it back")
    parser.add_argument("--limit", metavar="N", type=parse_count, default=_LIMIT, help=f"most rows to show ({_LIMIT})")


def run(args: argparse.Namespace, config: Config) -> int:
    """Store it, or list what is known."""
    if args.commit:
        told = history.tell_revert(config, Path.cwd(), args.commit, args.by)
        return print_answer(args, "revert", {"reverts": [told]}, lambda _: _describe(told))
    if args.by:
        raise UsageError("--by needs --commit: the commit that was taken back.")
    found = history.list_known_reverts(config, Path.cwd())

    def render(page: Page) -> str:
        rows = [
            (
                short_date(one.at, page.now),
                one.commit_hash[:_DIGITS],
                (one.by or "")[:_DIGITS],
                _WORDS[one.evidence],
            )
            for one in found[: args.limit]
        ]
        table = draw_table(_COLUMNS, rows, page, empty="No commit is known to have been taken back.")
        left = len(found) - len(rows)
        return f"{table}\n\n{plural(left, 'older one')} left out: --limit {len(found)}" if left > 0 else table

    return print_answer(args, "revert", {"reverts": found}, render)


def _describe(told: Revert) -> str:
    by = f" by {told.by[:_DIGITS]}" if told.by else ""
    return f"Taken down: {told.commit_hash[:_DIGITS]} was taken back{by}. Git was not touched."
