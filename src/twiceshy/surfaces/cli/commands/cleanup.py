"""Remove what is past its retention, and give free space back to the disk.

It removes sessions older than `memory.retention_days`, command runs older than `telemetry.retention_days` or beyond
`telemetry.max_db_size_mb`, and long texts that nothing refers to. It also finishes an interrupted `forget`. Nothing
else is ever removed.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.config import Config, override
from twiceshy.flows import keep
from twiceshy.records.upkeep import Cleaning
from twiceshy.surfaces.cli.filters import parse_positive
from twiceshy.surfaces.cli.formats import plural, size
from twiceshy.surfaces.cli.page import print_answer

EXAMPLE = "twiceshy cleanup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare another retention than the setting's."""
    parser.add_argument(
        "--days", metavar="N", type=parse_positive, help="remove sessions older than this (memory.retention_days)"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Clean up, and say what was freed."""
    if args.days is not None:
        config = override(config, "memory.retention_days", str(args.days), "--days")
    cleaning = keep.cleanup(config, datetime.now(UTC))
    return print_answer(args, "cleanup", cleaning, lambda _: _render_cleaning(cleaning, config.memory_retention_days))


def _render_cleaning(cleaning: Cleaning, days: int) -> str:
    """Render what was done, in words."""
    old = cleaning.old
    removed = f"{plural(old.sessions, 'session')} and parts of {plural(old.parts, 'other')}" if old else "no session"
    lines = [f"Removed {removed} older than {plural(days, 'day')} (memory.retention_days)."]
    if cleaning.texts:
        lines.append(f"Removed {plural(cleaning.texts, 'long text')} that nothing refers to.")
    if cleaning.runs:
        lines.append(f"Removed {plural(cleaning.runs, 'command run')} past retention; what they taught stays.")
    freed = cleaning.bytes_before - cleaning.bytes_after
    lines.append(f"Freed {size(max(freed, 0))}; the store now has {size(cleaning.bytes_after)}.")
    return "\n".join(lines)
