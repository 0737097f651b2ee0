"""The options that narrow an answer, with one meaning for every verb that has them."""

import argparse
import shlex
from datetime import datetime

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope

_MOST_DIGITS = 9  # of a number of rows; more than any store has (guess, 2026-11-22)


def add_filters(parser: argparse.ArgumentParser, *, agent: bool = False, limit: int | None = None) -> None:
    """Declare ``--project`` and ``--since``, and ``--agent`` and ``--limit`` where asked for."""
    parser.add_argument("--project", metavar="NAME", help="only this project (its name or a part of it)")
    parser.add_argument("--since", metavar="WHEN", help="only what is newer: 36h, 30d, 4w, 3m, 1y or 2026-11-01")
    if agent:
        parser.add_argument("--agent", metavar="NAME", help="only this agent, for instance claude-code")
    if limit is not None:
        parser.add_argument(
            "--limit", metavar="N", type=parse_positive, default=limit, help=f"most rows to show ({limit})"
        )


def find_scope(args: argparse.Namespace, config: Config, *, since: str = "") -> Scope:
    """Return what the filters narrow an answer to; ``since`` holds where ``--since`` was not given.

    Raises:
        NotFound: sessions are stored, but none is in that scope; with the nearest name or the newest day.
        UsageError: a time cannot be understood.
    """
    now = datetime.now().astimezone()
    scope = Scope(
        project=args.project or None,
        agent=getattr(args, "agent", None) or None,
        since=_read_time(args.since or since, now),
        until=_read_time(getattr(args, "until", None), now),
    )
    if scope != Scope():
        _check_scope(scope, config, now)
    return scope


def _read_time(text: str | None, now: datetime) -> datetime | None:
    """Return the time that was typed; None for none, without an import."""
    if not text:
        return None
    from twiceshy.stats.text.relative_times import parse_since  # noqa: PLC0415  # only where a time is asked for

    return parse_since(text, now)


def _check_scope(scope: Scope, config: Config, now: datetime) -> None:
    """Refuse a scope that has no session, if others are stored."""
    from twiceshy.recipes import look  # noqa: PLC0415  # only where something is filtered

    if (around := look.find_missed(config, scope)) is not None:
        from twiceshy.screens.terminal.empty_scope import explain_empty  # noqa: PLC0415  # only for the complaint

        raise NotFound(explain_empty(scope, around, now))


def write_filters(args: argparse.Namespace) -> str:
    """Return the filters as they were typed, to stand behind a command that shows the same; empty for none."""
    names = ("project", "agent", "since", "until")
    given = [(name, value) for name in names if (value := getattr(args, name, None))]
    return "".join(f" --{name} {shlex.quote(value)}" for name, value in given)


def parse_positive(text: str) -> int:
    """Parse a whole number from 1 up.

    Raises:
        ArgumentTypeError: it is none.
    """
    found = parse_count(text)
    if found == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return found


def parse_share(text: str) -> float:
    """Parse a number from 0 to 1.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return found


def parse_count(text: str) -> int:
    """Parse a whole number from 0 up that SQLite can count to.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        raise argparse.ArgumentTypeError(f"{text!r:.40} is not a whole number from 0 to {10**_MOST_DIGITS - 1}")
    return int(text)
