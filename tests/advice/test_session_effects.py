"""advice.session_effects: whole sessions, against the holdout and against the time before advice began."""

import math
from typing import Any

from twiceshy.advice.trial_effect import compare_whole_sessions
from twiceshy.records.effects import SessionEffect, SessionRow


def row(at: float = 0, *, drawn: bool | None = None, advised: bool = False, **more: Any) -> SessionRow:
    values: dict[str, Any] = {"project": "shop", "tasks": 2, "first_pass": 1, "corrected": False, "cycles": 4}
    return SessionRow(at=at, drawn=drawn, advised=advised, **values | {"engagement": 0.5} | more)


def compared(*rows: SessionRow) -> dict[tuple[str, str], SessionEffect]:
    return {(one.compared, one.outcome): one for one in compare_whole_sessions(rows)}


def test_nothing_is_compared_without_two_sides() -> None:
    """All drawn alike, or nothing ever advised, or nothing before."""
    assert compared() == {}
    assert compared(row(drawn=True), row(drawn=True), row()) == {}
    assert compared(row(drawn=False), row()) == {}
    assert compared(row(5, advised=True), row(9)) == {}


def test_sessions_with_advice_are_compared_with_the_holdout() -> None:
    """Each outcome over the sessions where it is known; one that was not drawn is on neither side."""
    found = compared(
        *[row(drawn=True, first_pass=2, corrected=False, cycles=0, engagement=1.0)] * 3,
        *[row(drawn=False, first_pass=1, corrected=True, cycles=4, engagement=3.0)] * 2,
        row(drawn=False, first_pass=None, corrected=None, engagement=None),
        row(first_pass=0),
    )

    assert list(found) == [
        ("held-back", name) for name in ("first-pass", "corrected", "regeneration-cycles", "engagement")
    ]
    passed, corrected, cycles, engagement = found.values()
    assert (passed.sessions, passed.others, passed.value, passed.other) == (3, 2, 1.0, 0.5)
    assert passed.difference.estimate == 0.5
    assert (corrected.value, corrected.other, corrected.others) == (0.0, 1.0, 2)
    assert (cycles.value, cycles.other, cycles.others) == (0.0, 2.0, 3)
    assert (engagement.value, engagement.other, engagement.others) == (1.0, 3.0, 2)


def test_sessions_since_advice_began_are_compared_with_earlier_ones() -> None:
    """Of the same project; the session with the first advice belongs to the later ones."""
    found = compared(
        row(1, cycles=6),
        row(2, cycles=6),
        row(5, cycles=2),
        row(3, advised=True, cycles=2),
        row(4, advised=True, cycles=2),
        row(1, project="api", cycles=100),
    )["before", "regeneration-cycles"]

    assert (found.sessions, found.others, found.value, found.other) == (3, 2, 1.0, 3.0)
    assert found.difference.estimate == -2.0
    assert found.difference.low <= -2.0 <= found.difference.high


def test_few_sessions_have_no_interval() -> None:
    """Nor is anything pooled of projects with one side."""
    two = compared(row(drawn=True), row(drawn=False))["held-back", "engagement"]
    assert (two.difference.low, two.difference.high) == (-math.inf, math.inf)
    apart = compared(row(drawn=True), row(drawn=False, project="api"))["held-back", "engagement"]
    assert math.isnan(apart.difference.estimate)


def test_a_project_counts_by_its_smaller_side() -> None:
    """One with a single session on a side says little, however many it has on the other."""
    found = compared(
        *[row(drawn=True, engagement=1.0)] * 2,
        *[row(drawn=False, engagement=0.0)] * 2,
        *[row(drawn=True, engagement=0.0, project="api")] * 9,
        row(drawn=False, engagement=2.0, project="api"),
        row(drawn=True, engagement=99.0, project="alone"),
    )["held-back", "engagement"]

    weights = 2 * 2 / 4, 9 * 1 / 10
    expected = (weights[0] * 1 + weights[1] * -2) / sum(weights)
    assert math.isclose(found.difference.estimate, expected)
    assert found.difference.low < expected < found.difference.high
