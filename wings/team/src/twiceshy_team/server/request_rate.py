"""How much may be asked at once, and how often by one token: a server that is full says so and when to come again."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import anyio
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request

_MOST_TOKENS = 10_000
"""Tokens whose requests are counted at once (guess, 2026-11-23: some 2 MB)."""


class RequestRate:
    """How often each token may ask: so many at once, and so many a second in the long run."""

    def __init__(self, *, per_second: float, at_once: int, clock: Callable[[], float]) -> None:
        """Take the limits; ``clock`` counts seconds."""
        self._per_second, self._at_once, self._clock = per_second, at_once, clock
        self._spent: dict[bytes, tuple[float, float]] = {}

    def take(self, token: bytes) -> float:
        """Count a request; return the seconds until the token may ask again, 0 where it may now."""
        now = self._clock()
        left, at = self._spent.get(token, (float(self._at_once), now))
        left = min(self._at_once, left + (now - at) * self._per_second)
        if left < 1:
            return (1 - left) / self._per_second
        if token not in self._spent and len(self._spent) >= _MOST_TOKENS:
            self._forget_idle(now)
        self._spent[token] = (left - 1, now)
        return 0.0

    def _forget_idle(self, now: float) -> None:
        """Forget tokens that may ask as often as new ones, and the older half where there are none."""
        full = self._at_once / self._per_second
        kept = {token: spent for token, spent in self._spent.items() if now - spent[1] < full}
        self._spent = kept if len(kept) < _MOST_TOKENS else dict(list(kept.items())[_MOST_TOKENS // 2 :])


# Read a request's body: no more than it may have, and no longer than it may take.

LONGEST_S = 30.0
"""Seconds until a body is here (guess, 2026-11-23: 4 MB at 1.1 Mbit/s)."""
_DRAINED = 16
"""Times the most that a body may have which are read and dropped, so that who sends too much can read why (guess,
2026-11-23)."""
_LONGEST_LENGTH = 18
"""Digits of a length: by definition no more bytes than that are ever sent."""


class BodyRefused(Exception):  # noqa: N818  # as the names of errors.py
    """A body is not taken."""

    def __init__(self, status: int, says: str) -> None:
        """Keep the status and what it says."""
        super().__init__(says)
        self.status = status


async def read_request_body(request: Request, most: int) -> bytes:
    """Return the body.

    Raises:
        BodyRefused: it is too large, too slow, or the client left.
    """
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH):
        raise BodyRefused(400, "Content-Length is no length")
    if int(length) > most * _DRAINED:
        raise BodyRefused(413, f"a body has at most {most} bytes here")
    pieces, size = [], 0
    try:
        with anyio.fail_after(LONGEST_S):
            async for piece in request.stream():
                size += len(piece)
                if size <= most:
                    pieces.append(piece)
                elif size > most * _DRAINED:
                    break
    except TimeoutError as exc:
        raise BodyRefused(408, f"the body was not here after {LONGEST_S:.0f} s") from exc
    except ClientDisconnect as exc:
        raise BodyRefused(400, "the client left before its body was here") from exc
    if size > most:
        raise BodyRefused(413, f"a body has at most {most} bytes here")
    return b"".join(pieces)


# How much of a server one team may hold: whatever it sends, slowly or at once, the others are answered.
#
# Every bound of what is done at once has a share for a team: half of the requests in flight, half of the threads. When
# the server is full, a team that holds nothing is let in all the same, one request at a time, up to twice the bound.


class TeamShares:
    """What each team holds now, of requests and of threads."""

    def __init__(self, at_once: int, threads: int) -> None:
        """Take the bounds of one process; made in the loop that runs."""
        self._at_once, self._threads = at_once, threads
        self._held: Counter[str] = Counter()
        self._lines: dict[str, CapacityLimiter] = {}

    @contextmanager
    def hold(self, team: str) -> Iterator[CapacityLimiter | None]:
        """Give the team's own threads for a request, or None where the server or the team's share is full."""
        held, total = self._held[team], self._held.total()
        room = total < self._at_once and held < max(1, self._at_once // 2)
        if not room and (held or total >= 2 * self._at_once):
            yield None
            return
        self._held[team] += 1
        line = self._lines.setdefault(team, CapacityLimiter(max(1, self._threads // 2)))
        try:
            yield line
        finally:
            self._held[team] -= 1
            if not self._held[team]:
                del self._held[team], self._lines[team]
