"""Remove what is past its retention, and give free space back to the disk.

It removes sessions older than `memory.retention_days` with what the memory of their repository holds of them, command
runs older than `telemetry.retention_days` or beyond `telemetry.max_db_size_mb`, and long texts that nothing refers to.
It also finishes an interrupted `forget`. Nothing else is ever removed: lessons and learned limits stay, and the
agents' own logs, git's history and files that `export` wrote are not touched. `--dry-run` shows what would go, by kind;
`--verbose` names each session and run.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.base.config import Config, override
from twiceshy.doors.cli.filters import parse_positive
from twiceshy.recipes import keep
from twiceshy.records.upkeep import Cleaning, Expired
from twiceshy.screens.terminal.draw_told import draw_memory_removal
from twiceshy.screens.terminal.formats import number, plural, size
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer

EXAMPLE = "twiceshy cleanup --days 365 --dry-run"
_COLUMNS = (Column("what"), Column("count", right=True), Column("holds", right=True))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare another retention than the setting's, and how much to say."""
    parser.add_argument(
        "--days", metavar="N", type=parse_positive, help="remove sessions older than this (memory.retention_days)"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be removed, and remove nothing")
    parser.add_argument("--verbose", action="store_true", help="name each session and run, and count by kind")


def run(args: argparse.Namespace, config: Config) -> int:
    """Clean up or look what would go, and say what was freed."""
    if args.days is not None:
        config = override(config, "memory.retention_days", str(args.days), "--days")
    clean = keep.plan_cleanup if args.dry_run else keep.cleanup
    found = clean(config, datetime.now(UTC))

    def render(page: Page) -> str:
        lines = _render_cleaning(found, config.memory_retention_days)
        if found.expired and (found.dry_run or args.verbose):
            lines += ["", _draw_kinds(found.expired, page)]
        if args.verbose:
            lines += [f"  {name}" for one in found.expired for name in one.ids]
        return "\n".join(lines)

    return print_answer(args, "cleanup", found, render)


def _render_cleaning(cleaning: Cleaning, days: int) -> list[str]:
    """Render what was or would be done, in words."""
    old, removed = cleaning.old, "Would remove" if cleaning.dry_run else "Removed"
    what = f"{plural(old.sessions, 'session')} and parts of {plural(old.parts, 'other')}" if old else "no session"
    lines = [f"{removed} {what} older than {plural(days, 'day')} (memory.retention_days)."]
    if cleaning.texts:
        lines.append(f"{removed} {plural(cleaning.texts, 'long text')} that nothing refers to.")
    if cleaning.runs:
        lines.append(f"{removed} {plural(cleaning.runs, 'command run')} past retention; what they taught stays.")
    if old:
        lines += draw_memory_removal(old.memory, dry_run=cleaning.dry_run)
    if old and old.logs:
        lines.append(f"Still in {plural(len(old.logs), 'log')} of the agents, which twiceshy does not delete.")
    if cleaning.dry_run:
        lines.append(f"Nothing was changed. The store has {size(cleaning.bytes_before)}.")
    else:
        freed = max(cleaning.bytes_before - cleaning.bytes_after, 0)
        lines.append(f"Freed {size(freed)}; the store now has {size(cleaning.bytes_after)}.")
    return lines


def _draw_kinds(expired: tuple[Expired, ...], page: Page) -> str:
    """Draw all that goes, by kind."""
    rows = [(one.kind, number(one.count), "" if one.bytes is None else size(one.bytes)) for one in expired]
    table = draw_table(_COLUMNS, rows, page)
    packed = any(one.kind == "long text" for one in expired)
    return f"{table}\nLong texts are packed in the store, so it gives back less than they hold." if packed else table
