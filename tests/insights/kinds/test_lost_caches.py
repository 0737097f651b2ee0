"""insights.kinds.lost_caches: losses of the cache after tools were loaded or a skill was opened."""

from dataclasses import replace

import pytest
from tests.insights.kinds.histories import START, history, prompt, run, session

from twiceshy.insights.kinds.lost_caches import find_lost_caches
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.records.attempts import CallAttempt
from twiceshy.records.spend import Amount, Cause, LostCache, Mechanism, SessionSpend, SpendKey

CELLS = {SpendKey(Cause.READS, "a", Mechanism.READ): Amount(40 * 10**12, 9)}
SKILL = run()._replace(tool="Skill", action="other")
LOAD = run()._replace(tool="ToolSearch", action="search")
UNKNOWN = Mechanism.UNKNOWN


def make(
    call: CallAttempt, *, times: int = 3, idle: int = 0, why: Mechanism = UNKNOWN, gap_s: float = 20.0
) -> ProjectHistory:
    """Sessions of a prompt, the call a minute later and a command; in some the next request lost the cache."""
    some = [session(prompt(), call, run(), day=day) for day in range(times + idle)]
    spends = {}
    for day, one in enumerate(some):
        place = round((START + 86_400 * day + 60 + gap_s) * 1000) << 22
        losses = (LostCache(place, why, gap_s, 150_000, 2.0, 0.0, 0.0),) if day < times else ()
        spends[one.session] = SessionSpend(cells=CELLS, losses=losses, used=True, unpriced=0, partial=0)
    return replace(history(*some), spends=spends)


def test_a_loss_is_told_with_the_call_before_it() -> None:
    """Of all such calls, with what the agent or the person can do."""
    (draft,) = find_lost_caches(make(LOAD, idle=4))

    assert draft.says == (
        "after 3 of 7 times that tools were loaded in the middle of a session, the whole context was paid for in full "
        "again: 0.5M tokens"
    )
    assert [(case.place.number, case.usd) for case in draft.cases] == [(1, 2.0)] * 3
    assert [one.text for one in draft.remedies] == [
        "Call `ToolSearch` once, at the start of a session, for all tools that you need."
    ]
    (other,) = find_lost_caches(make(SKILL))
    assert other.remedies[0].text.startswith("open the skills that a task needs at its start")


QUIET = {
    "another call": make(run()),
    "seldom": make(SKILL, times=2),
    "hardly ever": make(SKILL, times=3, idle=13),
    "a pause": make(SKILL, why=Mechanism.PAUSE),
    "much later": make(SKILL, gap_s=200.0),
    "without times": make(SKILL, gap_s=0.0),
}


@pytest.mark.parametrize("found", QUIET.values(), ids=QUIET)
def test_a_loss_without_a_cause_is_not_told(found: ProjectHistory) -> None:
    """Nobody could do something about it."""
    assert list(find_lost_caches(found)) == []
