"""What a session cost, as a whole and between any two of its times.

The cost of each message is summed up once; what was spent in a stretch of time is then two look-ups. A session costs
the same whatever is asked about it: no filter takes a part of it away.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from twiceshy.account.price_list import PriceList
from twiceshy.records.spending import LostAgents, ModelMessage, TokenCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCost:
    """What the messages of one session cost, in US dollars.

    ``cost.between(failed_at, went_well_at)`` is what was spent from a failure to the next success.
    """

    dollars: float
    """All messages whose price is known."""
    tokens: TokenCounts
    unpriced: int
    """Tokens of models without a known price: not in ``dollars``, which is then a lower bound."""
    partial: int
    """Messages of which the log holds only a part of the tokens: with them ``dollars`` is a lower bound too."""
    lost: LostAgents
    """Its subagents whose logs are missing; each makes ``dollars`` a lower bound."""
    calls: int
    """Tool calls of the session, to share out what has no time."""
    untimed: float
    """Of ``dollars``: messages of which the log says no time."""
    times: tuple[float, ...]
    """POSIX seconds of the messages that have one, ascending."""
    sums: tuple[float, ...]
    """Dollars of all messages before that place; one more than ``times``."""

    def between(self, begin: datetime, end: datetime, *, calls: int = 0) -> float:
        """Return what the messages from ``begin`` on and before ``end`` cost.

        ``calls``: how many of the session's calls were made in between. Of the messages without a time, that share
        is added.
        """
        first, last = bisect_left(self.times, begin.timestamp()), bisect_left(self.times, end.timestamp())
        timed = self.sums[last] - self.sums[first] if last > first else 0.0
        return timed + (self.untimed * min(calls / self.calls, 1.0) if self.calls else 0.0)


def sum_session(messages: Iterable[ModelMessage], prices: PriceList, calls: int) -> SessionCost:
    """Return what the messages of one session cost."""
    timed: list[tuple[float, float]] = []
    untimed = 0.0
    counts = [0] * len(TokenCounts._fields)
    unpriced, partial = 0, 0
    lost = [0, 0]
    for message in messages:
        counts = [mine + more for mine, more in zip(counts, message.tokens, strict=True)]
        partial += message.partial
        dollars = prices.charge(message)
        if message.lost_agent:
            lost[dollars is None or not message.tokens.total] += 1
        if dollars is None:
            unpriced += message.tokens.total
        elif message.at is None:
            untimed += dollars
        else:
            timed.append((message.at.timestamp(), dollars))
    timed.sort()
    sums = tuple(accumulate((dollars for _, dollars in timed), initial=0.0))
    return SessionCost(
        dollars=sums[-1] + untimed,
        tokens=TokenCounts(*counts),
        unpriced=unpriced,
        partial=partial,
        lost=LostAgents(*lost),
        calls=calls,
        untimed=untimed,
        times=tuple(at for at, _ in timed),
        sums=sums,
    )
