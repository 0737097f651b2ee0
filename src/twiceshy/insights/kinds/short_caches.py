"""A cache of five minutes where one of an hour would have cost less: pauses that a person makes while they work.

Every session of the agent is replayed, those without a pause, too: the setting is for all of them, and each writing to
the longer cache costs more. Nothing is said where the newest session has the longer cache already.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_times, count_words
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.project_money import find_place, is_worth, list_times, make_habit
from twiceshy.records.insights import InsightKind
from twiceshy.records.spend import HourCache

_AGENT: Final = "claude-code"
"""The one agent with such a setting whose logs say how long the cache was kept."""
_LEAST_PAUSES = 5
"""Fewer are no habit (guess, 2026-11-25)."""
_REMEDY: Final = (
    "set `promptCacheTtl` to `1h` in Claude Code's settings (before version 2.1.243: `ENABLE_PROMPT_CACHING_1H=1` in "
    "the environment)"
)


class _Replayed(NamedTuple):
    """A session with what the longer cache would have done."""

    place: Place
    cache: HourCache


def find_short_caches(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft where a cache that is kept for an hour would have cost less."""
    found = [
        _Replayed(find_place(list_times(session), number, spend.hour_cache.place), spend.hour_cache)
        for number, session in enumerate(history.sessions)
        if session.agent == _AGENT
        and session.attempts
        and (spend := history.spends.get(session.session))
        and spend.hour_cache
    ]
    if not found or found[-1].cache.kept:
        return
    short = [one for one in found if not one.cache.kept]
    pauses = sum(one.cache.pauses for one in short)
    saved = sum(one.cache.saved_usd for one in short)
    if pauses < _LEAST_PAUSES or not is_worth(saved, history):
        return
    tokens = sum(one.cache.tokens for one in short)
    yield InsightDraft(
        kind=InsightKind.SHORT_CACHE,
        key="",
        says=f"the cache was kept for five minutes in {count_words(len(short), 'session')}, and after {pauses} pauses "
        f"of five minutes to an hour {tokens / 1e6:.1f}M tokens were written to it again; kept for an hour it is "
        "dearer to write and would have cost less",
        cases=tuple(CountedCase(place=one.place, usd=one.cache.saved_usd) for one in short),
        place=Quoted(""),
        cause=Quoted(""),
        remedies=(make_habit(_REMEDY, count_times(pauses)),),
        most_usd=saved,
    )
