"""A pass stands for its token until it is old; nobody else makes or changes one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy_team.server.board.board_app import PASS_AGE, BoardPasses

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOKEN = bytes(range(32))


def test_every_process_with_the_key_reads_a_pass() -> None:
    """Until it is old."""
    cookie = BoardPasses(b"k" * 32).make_pass(TOKEN, NOW)
    other = BoardPasses(b"k" * 32)

    assert other.find_token(cookie, NOW + PASS_AGE - timedelta(seconds=1)) == TOKEN
    assert other.find_token(cookie, NOW + PASS_AGE) is None
    assert BoardPasses(b"l" * 32).find_token(cookie, NOW) is None


def test_a_changed_pass_is_none() -> None:
    """Whichever byte of it: the token, the end or the signature."""
    passes = BoardPasses(b"k" * 32)
    said = urlsafe_b64decode(passes.make_pass(TOKEN, NOW))
    changed = [said[:place] + bytes([said[place] ^ 1]) + said[place + 1 :] for place in range(len(said))]

    assert {passes.find_token(urlsafe_b64encode(one).decode(), NOW) for one in changed} == {None}


@pytest.mark.parametrize("cookie", [None, "", "A", "AAAA", "é", "\ud800", "A" * 4000])
def test_what_is_no_pass_is_none(cookie: str | None) -> None:
    """Whatever a browser sends."""
    assert BoardPasses(b"k" * 32).find_token(cookie, NOW) is None
