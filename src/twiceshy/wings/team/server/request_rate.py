"""How much may be asked at once, and how often by one token: a server that is full says so and when to come again."""

from collections.abc import Callable

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
