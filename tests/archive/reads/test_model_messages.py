"""archive.reads.model_messages: what the sessions in scope used, of a small archive."""

from datetime import UTC, datetime
from typing import Any

import pytest

from twiceshy.archive.reads.model_messages import find_session_row, read_model_messages, read_spending_sessions
from twiceshy.base.values import Scope
from twiceshy.records.spending import ModelMessage, TokenCounts


@pytest.fixture
def filled(archive: Any) -> Any:
    """Two sessions and an imitation; a message without a time, and one without tokens."""
    first = archive.session(archive.project("web-shop"), "aa01", day="2026-11-10")
    second = archive.session(archive.project("api"), "bb02")
    imitation = archive.session(archive.project("else"), "cc03", real=0)
    archive.call(first, "Bash", 2)
    archive.call(first, "Bash", 3)
    for number, (session, at, *counts) in enumerate(
        [
            (second, None, 1, 2, 3, 4),
            (first, "2026-11-10T14:00:05.000Z", 5, 6, 0, 0),
            (first, "2026-11-10T14:00:06.000Z", 0, 0, 0, 0),
            (imitation, None, 7, 7, 7, 7),
        ]
    ):
        kinds = dict(zip(("input", "output", "cache_write", "cache_read"), counts, strict=True))
        more = {"cost": 0.5, "unended": 1, "cache_write_1h": 2} if at is None else {}
        archive.put("usage", uid=bytes([number]), session_id=session, at=at, model="m", **kinds, **more)
    return archive


def test_messages_come_session_by_session(filled: Any) -> None:
    """Without imitations and messages that used nothing."""
    assert read_model_messages(filled.connection, Scope()) == [
        ModelMessage(1, datetime(2026, 11, 10, 14, 0, 5, tzinfo=UTC), "m", TokenCounts(5, 6)),
        ModelMessage(2, None, "m", TokenCounts(1, 2, 3, 4, 2), 0.5, partial=True),
    ]


def test_sessions_tell_their_calls(filled: Any) -> None:
    """To share out what has no time."""
    assert [(one.uid[:2].hex(), one.calls) for one in read_spending_sessions(filled.connection, Scope())] == [
        ("aa01", 2),
        ("bb02", 0),
    ]


def test_a_session_is_found_by_its_agents_id(filled: Any) -> None:
    """None where it is not stored."""
    assert find_session_row(filled.connection, "bb02") == 2
    assert find_session_row(filled.connection, "dd04") is None


def test_a_scope_narrows(filled: Any) -> None:
    """Sessions are taken or left whole."""
    scope = Scope(project="api")

    assert [one.session for one in read_model_messages(filled.connection, scope)] == [2]
    assert [one.id for one in read_spending_sessions(filled.connection, scope)] == [2]
