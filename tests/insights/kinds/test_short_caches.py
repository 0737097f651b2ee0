"""insights.kinds.short_caches: caches of five minutes where an hour would have cost less."""

from dataclasses import replace

import pytest
from tests.insights.kinds.histories import history, prompt, run, session, spend_nothing

from twiceshy.insights.kinds.find_insights import build_insight
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.insights.kinds.short_caches import find_short_caches
from twiceshy.records.insights import InsightKind
from twiceshy.records.spend import Amount, Cause, HourCache, Mechanism, SessionSpend, SpendKey

CELLS = {SpendKey(Cause.READS, "a", Mechanism.READ): Amount(40 * 10**12, 9)}
KEPT = HourCache(1, True, 0, 0, 0.0)


def make(*caches: HourCache | None, agent: str = "claude-code") -> ProjectHistory:
    """A session of $40 for each."""
    some = [session(prompt(), run(), day=day)._replace(agent=agent) for day in range(len(caches))]
    spends = {
        one.session: SessionSpend(cells=CELLS, hour_cache=cache, used=True, unpriced=0, partial=0)
        for one, cache in zip(some, caches, strict=True)
    }
    return replace(history(*some), spends=spends)


def short(saved: float, pauses: int = 4) -> HourCache:
    return HourCache(1, False, pauses, 500_000, saved)


def test_all_sessions_with_the_short_cache_are_added_up() -> None:
    """Those that the longer one would have made dearer, too."""
    found = make(KEPT, short(6.0), short(-1.0, 1), short(2.0))
    (draft,) = find_short_caches(found)
    insight = build_insight(draft, found, spend_nothing)

    assert draft.says == (
        "the cache was kept for five minutes in 3 sessions, and after 9 pauses of five minutes to an hour 1.5M tokens "
        "were written to it again; kept for an hour it is dearer to write and would have cost less"
    )
    assert (insight.kind, insight.count, insight.cost_usd, insight.most_usd) == (InsightKind.SHORT_CACHE, 3, 7.0, 7.0)
    assert "`promptCacheTtl`" in draft.remedies[0].text


QUIET = {
    "kept longer by now": make(short(6.0), short(6.0), KEPT),
    "dearer in all": make(short(6.0), short(-6.0)),
    "few pauses": make(short(6.0)),
    "another agent": make(short(6.0), short(6.0), agent="codex"),
    "no cache": make(None, None),
}


@pytest.mark.parametrize("found", QUIET.values(), ids=QUIET)
def test_where_it_saves_nothing_it_is_not_told(found: ProjectHistory) -> None:
    """Nor where it is so already."""
    assert list(find_short_caches(found)) == []
