"""A body is read within its bounds, in bytes and in time."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive

from twiceshy.wings.team.server import request_body
from twiceshy.wings.team.server.request_body import BodyRefused, read_request_body


def ask(receive: Receive, length: str = "") -> Request:
    headers = [(b"content-length", length.encode())] if length else []
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


def give(pieces: Sequence[bytes], *, leaves: bool = False) -> Receive:
    """Return what sends these pieces, and then ends or leaves."""
    left = list(pieces)

    async def receive() -> Message:
        if not left and leaves:
            return {"type": "http.disconnect"}
        body = left.pop(0) if left else b""
        return {"type": "http.request", "body": body, "more_body": bool(left) or leaves}

    return receive


def test_pieces_are_joined() -> None:
    """A body without a length comes in pieces."""
    assert asyncio.run(read_request_body(ask(give([b"ab", b"c"])), 3)) == b"abc"


@pytest.mark.parametrize(
    ("pieces", "length", "leaves", "status"),
    [
        pytest.param([b"ab", b"cd"], "", False, 413, id="one byte too many"),
        pytest.param([b"abcd"] * 20, "", False, 413, id="too much to be dropped"),
        pytest.param([], "49", False, 413, id="says that it is too much"),
        pytest.param([], "-1", False, 400, id="no length"),
        pytest.param([], "9" * 30, False, 400, id="no length of this world"),
        pytest.param([b"a"], "", True, 400, id="leaves"),
    ],
)
def test_what_is_not_taken_says_why(pieces: Sequence[bytes], length: str, leaves: bool, status: int) -> None:
    """With a status of its own."""
    with pytest.raises(BodyRefused) as caught:
        asyncio.run(read_request_body(ask(give(pieces, leaves=leaves), length), 3))

    assert caught.value.status == status


def test_a_slow_body_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends nothing holds no place for ever."""
    monkeypatch.setattr(request_body, "LONGEST_S", 0.0)

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {}

    with pytest.raises(BodyRefused) as caught:
        asyncio.run(read_request_body(ask(receive), 3))

    assert caught.value.status == 408
