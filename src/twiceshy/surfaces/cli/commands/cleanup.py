"""Apply retention and give free space back to the disk.

Sessions older than `memory.retention_days` go, and command runs older than `telemetry.retention_days` or beyond
`telemetry.max_db_size_mb`; long texts that nothing refers to go; the files shrink. It also ends a `forget` that was
interrupted. Nothing else is ever removed.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.config import Config
from twiceshy.records.upkeep import Cleaning
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import plural, size

EXAMPLE = "twiceshy cleanup"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare nothing: retention is a setting."""


def run(args: argparse.Namespace, config: Config) -> int:
    """Clean up, and say what was freed."""
    from twiceshy.flows.keep import cleanup  # noqa: PLC0415  # `--help` need not pay for it

    cleaning = cleanup(config, datetime.now(UTC))
    print(to_json("cleanup", cleaning) if args.json else _render_cleaning(cleaning, config.memory_retention_days))
    return 0


def _render_cleaning(cleaning: Cleaning, days: int) -> str:
    """Render what was done, in words."""
    old = cleaning.old
    removed = f"{plural(old.sessions, 'session')} and parts of {old.parts} others" if old else "No session"
    lines = [f"{removed} older than {plural(days, 'day')} (memory.retention_days) removed."]
    if cleaning.texts:
        lines.append(f"{plural(cleaning.texts, 'long text')} that nothing referred to removed.")
    if cleaning.runs:
        lines.append(
            f"{plural(cleaning.runs, 'command run')} past retention removed; what was learned from them stays."
        )
    freed = cleaning.bytes_before - cleaning.bytes_after
    lines.append(f"{size(max(freed, 0))} freed; the store is {size(cleaning.bytes_after)} now.")
    return "\n".join(lines)
