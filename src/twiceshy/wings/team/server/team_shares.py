"""How much of a server one team may hold: whatever it sends, slowly or at once, the others are answered.

Every bound of what is done at once has a share for a team: half of the requests in flight, half of the threads. When
the server is full, a team that holds nothing is let in all the same, one request at a time, up to twice the bound.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from anyio import CapacityLimiter


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
