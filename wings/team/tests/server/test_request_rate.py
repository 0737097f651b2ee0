"""How often one token may ask."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive

from twiceshy_team.server import request_rate
from twiceshy_team.server.request_rate import BodyRefused, RequestRate, TeamShares, read_request_body


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_token_has_a_burst_and_a_rate() -> None:
    """Three at once, then two a second; what was not used does not add up for ever."""
    clock = Clock()
    rate = RequestRate(per_second=2, at_once=3, clock=clock)

    assert [rate.take(b"one") for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now = 0.5
    assert [rate.take(b"one") for _ in range(2)] == [0, 0.5]
    clock.now = 100
    assert [rate.take(b"one") for _ in range(4)] == [0, 0, 0, 0.5]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens that could ask as often as new ones are forgotten first, then the oldest."""
    monkeypatch.setattr(request_rate, "_MOST_TOKENS", 4)
    clock = Clock()
    rate = RequestRate(per_second=1, at_once=2, clock=clock)
    for number in range(4):
        rate.take(b"idle %d" % number)
    clock.now = 10
    for number in range(40):
        rate.take(b"busy %d" % number)

    assert len(rate._spent) <= 4
    assert b"idle 0" not in rate._spent


# A body is read within its bounds, in bytes and in time.


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
    monkeypatch.setattr(request_rate, "LONGEST_S", 0.0)

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {}

    with pytest.raises(BodyRefused) as caught:
        asyncio.run(read_request_body(ask(receive), 3))

    assert caught.value.status == 408


# A team holds its share of what is done at once, and no more.


def count_let_in(shares: TeamShares, stack: ExitStack, team: str, many: int) -> int:
    return sum(stack.enter_context(shares.hold(team)) is not None for _ in range(many))


def test_a_team_gets_half() -> None:
    """Two of them fill the server; whoever holds nothing is let in all the same, up to twice the bound."""

    async def ask() -> list[int]:
        shares = TeamShares(8, 4)
        with ExitStack() as stack:
            first = [count_let_in(shares, stack, team, 9) for team in ("a", "b", "c", "d")]
            rest = [count_let_in(shares, stack, f"team {number}", 2) for number in range(9)]
        again = ExitStack()
        with again:
            return [*first, sum(rest), count_let_in(shares, again, "a", 9)]

    assert asyncio.run(ask()) == [4, 4, 1, 1, 6, 4]


def test_a_teams_threads_are_half() -> None:
    """So its slow answers leave some to the others."""

    async def ask() -> list[float]:
        with TeamShares(8, 4).hold("a") as one, TeamShares(1, 1).hold("a") as least:
            return [line.total_tokens for line in (one, least) if line]

    assert asyncio.run(ask()) == [2, 1]
