"""insights.kinds.fixed_starts: sessions that begin with more than like ones needed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.insights.kinds.histories import history, prompt, run, session, spend_nothing

from twiceshy.insights.kinds.find_insights import build_insight
from twiceshy.insights.kinds.fixed_starts import find_fixed_starts
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.records.insights import InsightKind
from twiceshy.records.spend import Amount, Cause, Mechanism, SessionSpend, SpendKey, StartCost

CELLS = {SpendKey(Cause.FIXED_START, "a", Mechanism.READ): Amount(40 * 10**12, 9)}
TOOL = run()._replace(tool="mcp__linear__get_issue", action="other")


def make(
    tokens: Sequence[int], models: Sequence[str] = "m", agent: str = "claude-code", usd: float = 10.0
) -> ProjectHistory:
    """A session for each start, which cost so much of the session's $40."""
    some = [
        session(prompt(), TOOL, day=day, model=models[day % len(models)])._replace(agent=agent)
        for day in range(len(tokens))
    ]
    spends = {
        one.session: SessionSpend(cells=CELLS, start=StartCost(size, usd), used=True, unpriced=0, partial=0)
        for one, size in zip(some, tokens, strict=True)
    }
    return replace(history(*some), spends=spends)


def test_what_like_sessions_did_without_is_told() -> None:
    """Likely as the smallest quarter, at most as the smallest; servers that were called are named to be kept."""
    found = make([10_000, 20_000, 40_000, 40_000, 40_000])
    (draft,) = find_fixed_starts(found)
    insight = build_insight(draft, found, spend_nothing)

    assert draft.says == (
        "before your first word a session holds 10k to 40k tokens of tools, servers, skills and memory files, and each "
        "request paid for them: $50.00, 25% of the money"
    )
    assert (insight.kind, insight.count, insight.cost_usd, insight.most_usd) == (InsightKind.FIXED_START, 3, 15.0, 27.5)
    assert [one.text for one in draft.remedies] == [
        (
            "type `/context` in a new session: it lists what fills it; switch off servers and plugins that this "
            "project does not call (`/mcp`, `/plugin`); called here: `linear`"
        )
    ]


def test_a_session_that_goes_on_has_no_start_of_its_own() -> None:
    """Its first request holds an earlier dialogue."""
    (draft,) = find_fixed_starts(make([10_000, 20_000, 40_000, 40_000, 40_000, 99_000]))

    assert "10k to 40k" in draft.says


QUIET = {
    "all alike": make([40_000] * 8),
    "few": make([10_000, 40_000, 40_000, 40_000]),
    "few of a model": make([10_000, 40_000] * 4, models="mn"),
    "little money": make([10_000, 20_000, 40_000, 40_000, 40_000], usd=0.5),
    "nobody counted it": history(*(session(prompt(), day=day) for day in range(9))),
}


@pytest.mark.parametrize("found", QUIET.values(), ids=QUIET)
def test_what_saves_little_is_not_told(found: ProjectHistory) -> None:
    """Tokens of two models are not compared."""
    assert list(find_fixed_starts(found)) == []
