"""What smaller contexts would have cost less: cut earlier, or summed up before a break.

The figures are replays of the account (``account.context_replay``). Two of them would save much of the same money, so
of a project the dearer one is told.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_words
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.project_money import find_place, is_worth, list_times, make_habit
from twiceshy.records.insights import InsightKind
from twiceshy.records.spend import EarlierCut, LostCache

_LEAST_BREAKS = 2
"""One long break is no habit (guess, 2026-11-25)."""
_NEARLY = 0.9
"""Share of the largest saving that a larger limit must have to be proposed in its place: it is cut less often (guess,
2026-11-25)."""


class _Found(NamedTuple):
    """A saving in one session."""

    place: Place
    likely_usd: float
    most_usd: float


class _Saving(NamedTuple):
    """What one limit, or summaries before breaks, would have saved."""

    found: list[_Found]
    limit: int = 0

    @property
    def likely_usd(self) -> float:
        return sum(one.likely_usd for one in self.found)

    @property
    def most_usd(self) -> float:
        return max(sum(one.most_usd for one in self.found), self.likely_usd)


def find_long_contexts(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft where a cut of every context at one size would have cost less."""
    saving = _choose_limit(history)
    if not is_worth(saving.likely_usd, history) or saving.likely_usd < _sum_breaks(history).likely_usd:
        return
    size = f"{saving.limit // 1000}k tokens"
    yield _draft(
        InsightKind.LONG_CONTEXT,
        history,
        saving,
        f"{len(saving.found)} of {count_words(len(history.sessions), 'session')} went on with a context of more than "
        f"{size}, and each request paid for it again",
        f"compact the context at {size} (`/compact` in most agents), or begin anew with `twiceshy handoff`",
    )


def find_long_breaks(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft where large contexts were written to the cache again after breaks."""
    saving, losses = _sum_breaks(history), _list_breaks(history)
    if len(losses) < _LEAST_BREAKS or not is_worth(saving.likely_usd, history):
        return
    if saving.likely_usd <= _choose_limit(history).likely_usd:
        return
    least, most = (f"{size(loss.tokens for _, loss in losses) // 1000}k" for size in (min, max))
    tokens = least if least == most else f"{least} to {most}"
    again = sum(loss.usd for _, loss in losses)
    yield _draft(
        InsightKind.LONG_BREAK,
        history,
        saving,
        f"after {len(losses)} breaks of an hour or more, {tokens} tokens of context were written to the cache again, "
        f"for ${again:,.2f}, and sent again with each request after it",
        "before a break ask for a summary (`/compact` in most agents), or begin anew after it with `twiceshy handoff`",
    )


def _draft(kind: InsightKind, history: ProjectHistory, saving: _Saving, says: str, remedy: str) -> InsightDraft:
    sessions = len({one.place.session for one in saving.found})
    return InsightDraft(
        kind=kind,
        key="",
        says=says,
        cases=tuple(CountedCase(place=one.place, usd=one.likely_usd) for one in saving.found),
        of=len(history.sessions),
        place=Quoted(""),
        cause=Quoted(""),
        remedies=(make_habit(remedy, count_words(sessions, "session")),),
        most_usd=saving.most_usd,
    )


def _choose_limit(history: ProjectHistory) -> _Saving:
    """Return what the limit that saves most would have saved; of like ones the largest."""
    by_limit: dict[int, dict[int, list[EarlierCut]]] = defaultdict(lambda: defaultdict(list))
    for number, session in enumerate(history.sessions):
        spend = history.spends.get(session.session)
        for cut in spend.earlier_cuts if spend and session.attempts else ():
            by_limit[cut.limit][number].append(cut)
    savings = [
        _Saving([_add_up(history, number, cuts) for number, cuts in found.items()], limit)
        for limit, found in sorted(by_limit.items(), reverse=True)
    ]
    best = max((one.likely_usd for one in savings), default=0.0)
    return next((one for one in savings if one.likely_usd >= _NEARLY * best > 0), _Saving([]))


def _add_up(history: ProjectHistory, session: int, cuts: Sequence[EarlierCut]) -> _Found:
    """Return what the cuts of a session's threads would have saved together."""
    place = find_place(list_times(history.sessions[session]), session, cuts[0].place)
    return _Found(place, sum(cut.likely_usd for cut in cuts), sum(cut.most_usd for cut in cuts))


def _sum_breaks(history: ProjectHistory) -> _Saving:
    """Return what summaries before breaks would have saved."""
    return _Saving([_Found(place, loss.likely_usd, loss.most_usd) for place, loss in _list_breaks(history)])


def _list_breaks(history: ProjectHistory) -> list[tuple[Place, LostCache]]:
    """Return the breaks before which a summary was replayed."""
    return [(place, loss) for place, loss in _list_losses(history) if loss.likely_usd or loss.most_usd]


def _list_losses(history: ProjectHistory) -> Iterator[tuple[Place, LostCache]]:
    """Yield each time that a cache was lost, with where."""
    for number, session in enumerate(history.sessions):
        spend = history.spends.get(session.session)
        if spend and spend.losses and session.attempts:
            times = list_times(session)
            for loss in spend.losses:
                yield find_place(times, number, loss.place), loss
