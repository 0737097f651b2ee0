"""A session leaves as sums: no name that is not of a closed list, at no level a text."""

from datetime import UTC, datetime
from typing import Any

import pytest
from wings.team.tests.sync.sending import terms

from twiceshy.privacy.wire.random_ids import hash_session
from twiceshy.privacy.wire.row_kinds import LEVELS, Level
from twiceshy.privacy.wire.wire_rows import decode_row, encode_row
from twiceshy.records.team import SessionSums
from twiceshy_team.outgoing_sessions import make_session_row

BEGIN, END = datetime(2026, 11, 20, 9, 0, tzinfo=UTC), datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def a_session(**more: Any) -> SessionSums:
    """A session of half an hour."""
    values: dict[str, Any] = dict.fromkeys(
        (
            *("prompts", "calls", "failed_calls", "edits", "files", "corrections", "interruptions", "commits"),
            *("tokens_in", "tokens_out", "tokens_cached"),
        ),
        1,
    )
    values |= {"uid": b"u" * 16, "agent": "lark", "native_id": "7f3a", "project": "remote:host/owner/shop"}
    values |= {"model": "claude-opus-4-5-20251101", "first_at": BEGIN, "last_at": END, "cost_usd": 0.25}
    values |= {"actions": {"run": 3, "edit": 1}, "failed_actions": {"run": 1}, "outcomes": {"tests_green": 1}}
    return SessionSums(**values | more)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_one_that_a_server_takes(level: Level) -> None:
    """With nothing that says who, or on which machine."""
    row = make_session_row(a_session(), terms(level))

    assert row is not None
    assert decode_row(encode_row(row)) == row
    assert (row.at, row.data["seconds"], row.data["model"]) == (END, 1800.0, "claude-opus-4-5")
    assert row.data["session_hash"] == hash_session("lark", "7f3a")
    assert (row.data["tools"], row.data["failed_tools"]) == ({"run": 3, "edit": 1}, {"run": 1})
    assert not [word for word in ("7f3a", "owner", "shop", "host") if word in str(row.data)]


@pytest.mark.parametrize(
    ("spelling", "level", "name"),
    [
        ("acme-inside-7b", "counts", "other"),
        ("acme-inside-7b", "anonymous", "acme-inside-7b"),
        ("", "full", "unknown"),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", "counts", "claude-opus-4-5"),
    ],
)
def test_a_model_that_nobody_sells_has_no_name(spelling: str, level: Level, name: str) -> None:
    """Where only counts leave: it may be a company's own."""
    row = make_session_row(a_session(model=spelling), terms(level))

    assert row is not None
    assert row.data["model"] == name


def test_what_no_log_tells_is_not_there() -> None:
    """Neither a time, nor a cost, nor a group."""
    bare = a_session(first_at=None, last_at=None, cost_usd=None, corrections=None)
    row = make_session_row(bare, terms(team=None))

    assert row is not None
    absent = {"started_at", "seconds", "cost_usd", "corrections", "project_hash", "team_epoch"}
    assert not absent & row.data.keys()
