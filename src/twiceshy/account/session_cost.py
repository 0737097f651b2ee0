"""What a session cost, as a whole and between any two of its times.

The cost of each message is summed up once; what was spent in a stretch of time is then two look-ups. A session costs
the same whatever is asked about it: no filter takes a part of it away.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, groupby

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


# What an agent itself counts as its session's cost, in the place of what its tokens would cost by a list.
#
# An agent that is paid in units of its own notes at times how many a session has used so far. What each note adds to
# the largest before it was spent since; the tokens of messages up to the last note cost nothing beside it.

_NEVER = datetime.min.replace(tzinfo=UTC)


def settle_counters(messages: Iterable[ModelMessage]) -> list[ModelMessage]:
    """Return the messages, session by session as they come; a counter's note states what it adds."""
    found: list[ModelMessage] = []
    for _, group in groupby(messages, key=lambda one: one.session):
        found += _settle_session(list(group))
    return found


def _settle_session(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """Return the messages of one session."""
    notes = sorted((one for one in messages if _is_note(one)), key=lambda one: one.at or _NEVER)
    if not notes:
        return list(messages)
    until = notes[-1].at or _NEVER
    found = []
    for one in messages:
        counted = one.at is None or one.at <= until
        if not _is_note(one):
            found.append(one._replace(counted=counted, partial=one.partial and not counted))
    before = 0.0
    for note in notes:
        total = max(note.stated or 0.0, before)
        found.append(note._replace(stated=total - before, counted=True))
        before = total
    return found


def _is_note(message: ModelMessage) -> bool:
    """Tell whether it is no message but what a counter says."""
    return not message.tokens.total and message.stated is not None


# Which messages' tokens a log holds only in part.
#
# A log may count the output while the message is still written, which its reader notes. It may also have no word about
# the prompts: then a whole session has output and not one token of input, which no model can do.


def mark_partial(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """Return the messages; those of a session and model without a single prompt, or without output, are partial.

    What an agent's own counter says of a session is settled first: where it has the dollars, nothing is partial.
    """
    settled = settle_counters(messages)
    prompts: dict[tuple[int, str], int] = defaultdict(int)
    outputs: dict[tuple[int, str], int] = defaultdict(int)
    for message in settled:
        key = message.session, message.model
        prompts[key] += message.tokens.prompt
        outputs[key] += message.tokens.output
    whole = {key for key in prompts if prompts[key] and outputs[key]}
    return [
        message
        if message.partial or message.counted or (message.session, message.model) in whole
        else message._replace(partial=True)
        for message in settled
    ]
