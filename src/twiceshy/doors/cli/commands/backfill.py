"""Read the commits of a repository that were made before anything was recorded.

Takes the newest 100 commits, the newest N with `-n N`, or every commit behind a branch or tag with `--all`; the oldest
come first. What is stored already is left alone, so it can be run again, and stopped at any moment. Commits of which an
older version stored only the subject get their whole message. Git is only read, and redaction comes before storing.
"""

import argparse
import sys
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.doors.cli.filters import parse_count
from twiceshy.logs import history
from twiceshy.records.commits import BackfillSummary
from twiceshy.records.ingest import StepProgress
from twiceshy.screens.terminal.formats import duration, number, one_line, plural
from twiceshy.screens.terminal.page import print_answer
from twiceshy.screens.terminal.progress_bar import watch_steps

EXAMPLE = "twiceshy backfill --all"
_NEWEST = 100  # commits (guess, 2026-11-23: some weeks of a project)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which repository, and how much of it."""
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help="a folder of the repository (this one)")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("-n", metavar="N", type=parse_count, default=_NEWEST, help=f"the newest N commits ({_NEWEST})")
    much.add_argument("--all", action="store_true", help="every commit behind a branch or a tag")


def run(args: argparse.Namespace, config: Config) -> int:
    """Read them, and say how many there were."""

    def show(done: int, total: int) -> None:
        watch.show(StepProgress(step="Reading commits", done=done, total=total, unit="commits"))

    with watch_steps(silent=args.json or not sys.stderr.isatty()) as watch:
        found = history.backfill(config, args.folder or Path.cwd(), 0 if args.all else args.n, show)
    return print_answer(args, "backfill", found, lambda _: _describe(found))


def _describe(found: BackfillSummary) -> str:
    """Return what was done, and what to do next."""
    pace = f" ({number(round(found.new / found.seconds))} a second)" if found.seconds >= 1 and found.new else ""
    stored = f"Stored {plural(found.new, 'new commit')} of {one_line(found.project)} in {duration(found.seconds)}{pace}"
    lines = [f"{stored}; {number(found.stored_before)} of {number(found.found)} were stored before."]
    if found.completed:
        lines.append(f"Completed the messages of {plural(found.completed, 'commit')}.")
    if found.shallow:
        lines.append("The clone is shallow: git has no older commits here. Next: git fetch --unshallow")
    if found.faults:
        lines.append(f"{plural(found.faults, 'commit')} could not be stored. `twiceshy doctor` names them.")
    lines.append("Next: twiceshy judge")
    return "\n".join(lines)
