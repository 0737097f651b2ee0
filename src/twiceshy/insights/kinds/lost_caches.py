"""A cache that is lost when the agent loads tools or opens a skill in the middle of a session.

Then the whole context was paid for in full. Why is not documented (of a skill the client's pages say that the prefix
stays as it was: https://code.claude.com/docs/en/prompt-caching), so it is told by how often a loss follows. A loss
after no such call has no cause that anybody could end: `report spend` has its dollars, and no line is made of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_times, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.project_money import find_second, is_worth, list_times, make_habit
from twiceshy.records.attempts import AttemptEnd, SessionAttempts
from twiceshy.records.insights import InsightKind, Remedy
from twiceshy.records.spend import LostCache, Mechanism

_AT_ONCE_S = 120.0
"""Seconds after the request before, within which no cache of five minutes runs out, however long the answer took
(guess, 2026-11-25)."""
_BESIDE_S = 5.0
"""Seconds before the end of a message in which it wrote its calls (guess, 2026-11-25)."""
_LEAST_LOSSES = 3
"""Fewer are chance (guess, 2026-11-25: 1 of 500 other calls is followed by a loss)."""
_LEAST_RATE = 0.2
"""Losses for each such call (measured, 2026-11-25, on 250 Claude sessions: 19 of 60 skills and 11 of 26 loads of tools
were followed by one, and .2 % of other calls)."""


class _Cause(NamedTuple):
    """A tool whose call may cost the cache."""

    tool: str
    says: str
    remedy: str


_CAUSES: Final = (
    _Cause(
        "ToolSearch",
        "tools were loaded",
        "Call `ToolSearch` once, at the start of a session, for all tools that you need.",
    ),
    _Cause(
        "Skill",
        "a skill was opened",
        "open the skills that a task needs at its start, while the context is small, or in a session of their own",
    ),
)


class _Loss(NamedTuple):
    """A loss with the call before it."""

    place: Place
    loss: LostCache


def find_lost_caches(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each sort of call after which the cache was lost again and again."""
    for cause in _CAUSES:
        found = list(_list_losses(history, cause.tool))
        calls = sum(one.tool == cause.tool and one.end is AttemptEnd.WORKED for _, one in history.walk())
        usd = sum(one.loss.usd for one in found)
        if len(found) >= _LEAST_LOSSES and len(found) >= _LEAST_RATE * calls and is_worth(usd, history):
            yield _draft(cause, found, calls)


def _draft(cause: _Cause, found: Sequence[_Loss], calls: int) -> InsightDraft:
    tokens = sum(one.loss.tokens for one in found)
    return InsightDraft(
        kind=InsightKind.LOST_CACHE,
        key=cause.tool,
        says=f"after {len(found)} of {calls} times that {cause.says} in the middle of a session, the whole context was "
        f"paid for in full again: {tokens / 1e6:.1f}M tokens",
        cases=tuple(CountedCase(place=one.place, usd=one.loss.usd) for one in found),
        of=calls,
        place=Quoted(""),
        cause=Quoted(""),
        remedies=_make_remedies(cause, count_times(len(found))),
    )


def _make_remedies(cause: _Cause, evidence: str) -> tuple[Remedy, ...]:
    """Return a line for the agent where it chooses the moment, else a habit of the person."""
    if cause.remedy.endswith("."):
        return make_text_remedy(cause.remedy, evidence)
    return (make_habit(cause.remedy, evidence),)


def _list_losses(history: ProjectHistory, tool: str) -> Iterator[_Loss]:
    """Yield each loss without another reason that came with the next request after a call of this tool."""
    for number, session in enumerate(history.sessions):
        spend = history.spends.get(session.session)
        if spend is None:
            continue
        for loss in filter(_is_sudden, spend.losses):
            index = _find_call(session, loss, tool)
            if index is not None:
                yield _Loss(Place(number, index), loss)


def _find_call(session: SessionAttempts, loss: LostCache, tool: str) -> int | None:
    """Return which call of this tool came just before a loss; None for none."""
    times = list_times(session)
    before = find_second(loss.place) - loss.gap_s
    window = range(bisect_left(times, before - _BESIDE_S), bisect_right(times, before))
    return next((at for at in window if session.attempts[at].tool == tool), None)


def _is_sudden(loss: LostCache) -> bool:
    """Tell whether a cache was lost from one request to the next, and nothing in the account says why."""
    return loss.why is Mechanism.UNKNOWN and 0 < loss.gap_s <= _AT_ONCE_S
