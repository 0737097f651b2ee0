"""How often one token may ask."""

import pytest

from twiceshy.wings.team.server import request_rate
from twiceshy.wings.team.server.request_rate import RequestRate


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
