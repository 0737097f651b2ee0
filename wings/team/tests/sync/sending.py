"""Settings under which rows leave, for tests of the room."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive import outbox
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.commands.keys.team_keys import TeamKey, make_epoch, render_team_key
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import decode_row
from twiceshy.records.team import WireRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = bytes(range(32))
KEY_TEXT = render_team_key(KEY)
TEAM = TeamKey(KEY, make_epoch(KEY))
SALT = b"s" * 32


def terms(level: Level = "counts", team: TeamKey | None = TEAM) -> SendingTerms:
    """What holds for rows of an invented store."""
    return SendingTerms(level, SALT, team)


def settings(home: Path, backend: str = "hybrid", level: Level = "counts") -> Config:
    """Settings with which rows leave."""
    return replace(load({}, os.environ, home), telemetry_backend=backend, sync_level=level)


def waiting(store: Store) -> list[WireRow]:
    """Every row of the outbox."""
    return [decode_row(row.body) for row in outbox.read_due(store.connection, NOW.replace(year=2100), 10_000)]
