"""insights.kinds.smaller_contexts: long contexts and breaks, by what the account says of them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.insights.kinds.histories import history, prompt, run, session, spend_nothing

from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.insights.kinds.find_insights import build_insight
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.insights.kinds.smaller_contexts import find_long_breaks, find_long_contexts
from twiceshy.records.insights import InsightKind, RemedyKind
from twiceshy.records.spend import Amount, Cause, EarlierCut, LostCache, Mechanism, SessionSpend, SpendKey

PICO = 10**12
CELLS = {SpendKey(Cause.READS, "a", Mechanism.READ): Amount(40 * PICO, 9)}


def spent(losses: Sequence[LostCache] = (), cuts: Sequence[EarlierCut] = ()) -> SessionSpend:
    return SessionSpend(cells=CELLS, losses=tuple(losses), earlier_cuts=tuple(cuts), used=True, unpriced=0, partial=0)


def make(spend: SessionSpend, sessions: int = 3) -> ProjectHistory:
    """Sessions of a prompt and two calls, each of which cost $40 and that."""
    some = [session(prompt(), run(), run(), day=day) for day in range(sessions)]
    return replace(history(*some), spends={one.session: spend for one in some})


def place_at(seconds: float, day: float = 0.0) -> int:
    return round((1_700_000_000.0 + 86_400 * day + seconds) * 1000) << 22


def lose(usd: float = 2.0, likely: float = 0.0, why: Mechanism = Mechanism.UNKNOWN, gap_s: float = 9.0) -> LostCache:
    return LostCache(place_at(61), why, gap_s, 150_000, usd, likely, likely * 1.2)


def find(found: ProjectHistory) -> list[InsightDraft]:
    return [draft for kind in (find_long_contexts, find_long_breaks) for draft in kind(found)]


def test_the_size_that_saves_most_is_told() -> None:
    """Of sizes that save about as much it is the largest; the cost is the likely saving, with its bound beside it."""
    cuts = [EarlierCut(100_000, place_at(70), 9.6, 11.0), EarlierCut(150_000, place_at(70), 9.0, 10.0)]
    (draft,) = find(make(spent(cuts=[*cuts, EarlierCut(200_000, place_at(70), 5.0, 6.0)])))
    found = build_insight(draft, make(spent()), spend_nothing)

    assert draft.says == (
        "3 of 3 sessions went on with a context of more than 150k tokens, and each request paid for it again"
    )
    assert (found.kind, found.count, found.cost_usd, found.most_usd) == (InsightKind.LONG_CONTEXT, 3, 27.0, 30.0)
    assert found.waited_s == 0
    assert [(one.kind, one.evidence) for one in found.remedies] == [(RemedyKind.HABIT, "3 sessions")]


def test_a_session_is_counted_once_for_all_its_threads() -> None:
    """What its threads would have saved is added up."""
    cut = EarlierCut(150_000, place_at(0), 4.0, 5.0)
    (draft,) = find(make(spent(cuts=[cut, cut]), sessions=2))

    assert [case.usd for case in draft.cases] == [8.0, 8.0]


def test_breaks_are_told_where_they_save_more() -> None:
    """The same money is not told twice."""
    rest = lose(2.0, 3.0, Mechanism.PAUSE, 7200.0)
    (draft,) = find(make(spent([rest, lose(1.0, 0.0, Mechanism.PAUSE, 900.0)], [EarlierCut(100_000, 0, 2.0, 2.0)])))

    assert draft.kind is InsightKind.LONG_BREAK
    assert draft.says == (
        "after 3 breaks of an hour or more, 150k tokens of context were written to the cache again, for $6.00, "
        "and sent again with each request after it"
    )
    assert sum(case.usd or 0 for case in draft.cases) == 9
    assert draft.most_usd == pytest.approx(10.8)
    (other,) = find(make(spent([rest], [EarlierCut(100_000, 0, 4.0, 4.0)])))
    assert other.kind is InsightKind.LONG_CONTEXT


def test_a_session_of_requests_alone_has_no_case() -> None:
    """It has no prompt and no call that could be shown."""
    one = session()
    spends = {one.session: spent([lose(20.0)] * 5, [EarlierCut(100_000, 0, 9.0, 9.0)])}
    assert find(replace(history(one), spends=spends)) == []


QUIET = {
    "nobody counted it": SessionSpend(cells={}, used=False, unpriced=0, partial=0),
    "little money": spent(cuts=[EarlierCut(100_000, 0, 0.3, 0.4)]),
    "a small share": spent(cuts=[EarlierCut(100_000, 0, 0.39, 0.4)]),
    "more than it saves": spent(cuts=[EarlierCut(100_000, 0, -5.0, 4.0)]),
    "short pauses": spent([lose(5.0, 0.0, Mechanism.PAUSE, 900.0)]),
}


@pytest.mark.parametrize("spend", QUIET.values(), ids=QUIET)
def test_what_saves_little_is_not_told(spend: SessionSpend) -> None:
    """Nor what nobody could have done something about."""
    assert find(make(spend)) == []


def test_one_break_is_no_habit() -> None:
    assert find(make(spent([lose(2.0, 9.0, Mechanism.PAUSE, 7200.0)]), sessions=1)) == []
