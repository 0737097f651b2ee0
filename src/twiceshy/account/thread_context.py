"""What stands in a thread's context, item by item, and what its requests paid for each.

Items lie one behind the other, as the provider's cache sees them: it holds a prefix. So of a request's prompt the
beginning was read from the cache, what follows was written to it, and the end was sent without. A prefix that is paid
for again and again costs one number for each request, not one for each item: see ``spread``.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Final

from twiceshy.records.spend import Cause, Mechanism, SpendKey

Part = tuple[Cause, str, float]
"""Cause, item, tokens."""


class Cells:
    """Dollars and tokens by cell, while they are added up."""

    def __init__(self) -> None:
        self.found: dict[SpendKey, list[float]] = {}

    def add(self, cause: Cause, item: str, mechanism: Mechanism, dollars: float, tokens: float) -> None:
        """Add to a cell."""
        cell = self.found.setdefault(SpendKey(cause, item, mechanism), [0.0, 0.0])
        cell[0] += dollars
        cell[1] += tokens


class Context:
    """The residents of a thread's context."""

    def __init__(self, cells: Cells) -> None:
        self._cells: Final = cells
        self._parts: list[Part] = []
        self._ends: list[float] = []
        self._sums: list[dict[Mechanism, list[float]]] = []
        """For each item, of what was spread just to its end: dollars a token, and how often a token was billed."""

    @property
    def size(self) -> float:
        """Tokens."""
        return self._ends[-1] if self._ends else 0.0

    @property
    def count(self) -> int:
        """Items."""
        return len(self._parts)

    def size_until(self, count: int) -> float:
        """Return the tokens of the first items."""
        return self._ends[min(count, len(self._ends)) - 1] if count > 0 and self._ends else 0.0

    def list_behind(self, count: int) -> list[Part]:
        """Return the items behind the first ones."""
        return self._parts[count:]

    def count_tokens(self, cause: Cause) -> float:
        """Return the tokens of a cause's items."""
        return sum(part[2] for part in self._parts if part[0] is cause)

    def count_by_cause(self) -> dict[Cause, float]:
        """Return the tokens of each cause's items."""
        found: dict[Cause, float] = {}
        for cause, _, tokens in self._parts:
            found[cause] = found.get(cause, 0.0) + tokens
        return found

    def append(self, parts: Iterable[Part]) -> None:
        """Put items behind the others; those without a token are left out."""
        for part in parts:
            if part[2] > 0:
                self._ends.append(self.size + part[2])
                self._parts.append(part)
                self._sums.append({})

    def take_out(self) -> list[Part]:
        """Empty it: settle what the items cost until now, and return them."""
        sums: dict[Mechanism, list[float]] = {}
        for (cause, item, tokens), more in zip(reversed(self._parts), reversed(self._sums), strict=True):
            for mechanism, (rate, billed) in more.items():
                known = sums.setdefault(mechanism, [0.0, 0.0])
                known[0] += rate
                known[1] += billed
            for mechanism, (rate, billed) in sums.items():
                self._cells.add(cause, item, mechanism, rate * tokens, billed * tokens)
        parts = self._parts
        self._parts, self._ends, self._sums = [], [], []
        return parts

    def spread(self, until: float, rate: float, mechanism: Mechanism, billed: float = 1.0) -> None:
        """Charge all that lies before a place: dollars a token, each of which was billed so often."""
        whole = bisect_right(self._ends, until)
        if whole:
            known = self._sums[whole - 1].setdefault(mechanism, [0.0, 0.0])
            known[0] += rate
            known[1] += billed
        rest = until - (self._ends[whole - 1] if whole else 0.0)
        if whole < len(self._parts) and rest > 0:
            cause, item, _ = self._parts[whole]
            self._cells.add(cause, item, mechanism, rate * rest, billed * rest)

    def charge(self, begin: float, end: float, rate: float, why: Callable[[int], Mechanism]) -> None:
        """Charge what lies between two places; ``why`` says the mechanism of an item's number."""
        place = bisect_right(self._ends, begin)
        at = begin
        while place < len(self._parts) and at < end:
            until = min(self._ends[place], end)
            cause, item, _ = self._parts[place]
            self._cells.add(cause, item, why(place), rate * (until - at), until - at)
            at = until
            place += 1
