"""Write the team row of `twiceshy doctor`: what waits for the team's server, how long, and what it said last."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from twiceshy.archive import health_rows as rows
from twiceshy.base.config import Config
from twiceshy.records.sync import SyncStatus
from twiceshy.records.upkeep import Check
from twiceshy.wings.team.sync.sync_status import read_status

_NAME = "team"
_LONG = timedelta(days=1)
"""Rows that wait longer are worth a word (guess, 2026-11-23: a laptop's night, and a server that is repaired)."""


def check_sync(config: Config, env: Mapping[str, str], now: datetime) -> Iterator[Check]:
    """Yield one row where something is to leave, and none where nothing is; no connection is opened.

    Raises:
        StoreError: the store cannot be read.
    """
    if config.telemetry_backend != "local":
        yield _judge(read_status(config, env, now), now)


def _judge(status: SyncStatus, now: datetime) -> Check:
    """Return the row."""
    words = _describe_waiting(status, now)
    if status.trouble:
        return rows.problem(_NAME, f"{words}; {status.trouble.rstrip('.')}", "Set it, then run `twiceshy sync --test`.")
    if status.not_allowed:
        return rows.problem(
            _NAME,
            f"not allowed any more by {status.url}; {words}",
            "Ask your team's administrator for a token, then run `twiceshy sync --test`.",
        )
    if status.last_answer_at is not None:
        words += f"; last answer {status.last_answer_at:%Y-%m-%d %H:%M} UTC: {status.last_answer}"
    if status.refused:
        count = sum(status.refused.values())
        why = max(status.refused, key=lambda reason: status.refused[reason])
        words += f"; {count} refused and kept ({why})"
        return rows.note(_NAME, words, "`twiceshy sync --status` lists the reasons.")
    if status.oldest_at is not None and now - status.oldest_at > _LONG:
        return rows.note(_NAME, words, "It is tried again by itself; `twiceshy sync` tries now.")
    return rows.ok(_NAME, words)


def _describe_waiting(status: SyncStatus, now: datetime) -> str:
    """Return in words what waits."""
    count = sum(status.rows.values())
    if not count or status.oldest_at is None:
        return "nothing waits to be sent"
    words = "1 row waits" if count == 1 else f"{count:,} rows wait"
    return f"{words} ({status.size_bytes / 1000:.0f} kB, the oldest for {_describe_age(now - status.oldest_at)})"


def _describe_age(age: timedelta) -> str:
    """Return an age in its largest unit."""
    minutes = max(int(age.total_seconds()), 0) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d"
