"""What advice does is told from what a lot held back: first times only, within rules, sessions as witnesses."""

import math

import pytest

from twiceshy.judgement.outcomes import effect
from twiceshy.judgement.outcomes.effect import EffectSession, NormalBelief
from twiceshy.records.effects import AdviceCase, ArmCounts


def some(rule: str, shown: tuple[int, int], held: tuple[int, int], category: str = "rerun") -> list[AdviceCase]:
    """Cases in a session each: bad ones and all of them, on both sides."""
    return [
        AdviceCase(rule=rule, category=category, session=(rule, side, number), shown=side, bad=number < bad, at=number)
        for side, (bad, n) in ((True, shown), (False, held))
        for number in range(n)
    ]


def test_nothing_given_tells_nothing() -> None:
    """No category, no rule, no retirement."""
    assert effect.estimate_categories([]) == []
    assert effect.estimate_rules([]) == []


def test_only_the_first_time_in_a_session_counts() -> None:
    """Later times depend on what the first one did."""
    first = AdviceCase(rule="w-1", category="rerun", session=1, shown=True, bad=True, at=1)
    later = AdviceCase(rule="w-1", category="rerun", session=1, shown=True, bad=False, at=2)
    other = AdviceCase(rule="w-2", category="rerun", session=1, shown=True, bad=False, at=3)

    assert effect.select_first_times([later, other, first]) == [first, other]


def test_a_category_is_compared_within_its_rules() -> None:
    """One rule's calls mostly end badly, the other's seldom, and neither warning does anything: no effect is told."""
    (found,) = effect.estimate_categories([*some("w-1", (80, 100), (8, 10)), *some("w-2", (2, 20), (10, 100))])

    assert (found.arms.bad, found.arms.shown, found.arms.held_bad, found.arms.held) == (82, 120, 18, 110)
    assert found.difference.estimate == pytest.approx(0)
    assert found.difference.low < 0 < found.difference.high
    assert found.p > 0.9


def test_a_warning_that_helps_is_told() -> None:
    """40 points less, and the interval says so; what is unknown is counted apart."""
    lost = AdviceCase(rule="w-1", category="rerun", session="x", shown=True, bad=None)

    (found,) = effect.estimate_categories([*some("w-1", (20, 100), (18, 30)), lost])

    assert found.difference.estimate == pytest.approx(-0.4)
    assert found.difference.high < 0
    assert found.ratio.high < 1
    assert (found.unknown, found.sessions) == (1, 130)


def test_several_categories_have_a_sum() -> None:
    """Named ``all``, last."""
    found = effect.estimate_categories([*some("w-1", (2, 10), (5, 10), "a"), *some("w-2", (2, 10), (5, 10), "b")])

    assert [one.category for one in found] == ["a", "b", "all"]
    assert found[-1].rules == 2


RULES = [
    pytest.param(some("w-1", (50, 100), (10, 20)), True, id="does nothing in 120 sessions"),
    pytest.param(some("w-1", (70, 100), (8, 20)), True, id="does harm"),
    pytest.param(some("w-1", (1, 200), (1, 35)), True, id="warns of what hardly happens"),
    pytest.param(some("w-1", (15, 100), (10, 20)), False, id="takes away most"),
    pytest.param(some("w-1", (5, 10), (5, 10)), False, id="too few held back"),
    pytest.param(some("w-1", (50, 100), (0, 0)), False, id="nothing held back"),
]


@pytest.mark.parametrize(("given", "retired"), RULES)
def test_a_rule_is_retired_by_its_posterior(given: list[AdviceCase], retired: bool) -> None:
    """Only when it probably takes away too little, and enough was seen."""
    (found,) = effect.estimate_rules(given)

    assert found.retired is retired
    assert bool(found.why) is retired
    assert found.benefit.low <= found.benefit.estimate <= found.benefit.high


def test_other_rules_of_the_category_lend_their_evidence() -> None:
    """The same few cases are believed to help more beside rules that do."""
    few = some("w-1", (4, 20), (2, 4))
    alone = effect.estimate_rules(few)[0]
    beside = effect.estimate_rules([*few, *some("w-2", (10, 100), (60, 100))])

    assert next(one for one in beside if one.rule == "w-1").worth > alone.worth


def test_without_evidence_the_prior_is_drawn_to_no_effect() -> None:
    """As wide as a category may be and its rules may differ."""
    assert effect.build_prior([]) == NormalBelief(0.0, math.sqrt(1.0 + 0.7**2))
    assert effect.pool_log_odds_ratio([ArmCounts(bad=1, shown=1, held_bad=0, held=0)]) is None


def test_sessions_are_compared_within_projects() -> None:
    """An easy project with more advice does not make advice look good."""
    judged = [EffectSession("easy", number < 90, 1, 1) for number in range(100)]
    judged += [EffectSession("hard", number < 10, 0, 1) for number in range(100)]

    found = effect.compare_sessions("first-pass", "held-back", judged)

    assert (found.sessions, found.others, found.value, found.other) == (100, 100, 0.9, 0.1)
    assert found.difference.estimate == pytest.approx(0)


def test_a_difference_between_sessions_has_its_interval() -> None:
    """Half as many cycles; with two sessions there is no interval."""
    judged = [
        EffectSession("shop", so, float(number % 3) * (1 if so else 2), 1)
        for so in (True, False)
        for number in range(30)
    ]

    found = effect.compare_sessions("regeneration-cycles", "held-back", judged)
    tiny = effect.compare_sessions("regeneration-cycles", "held-back", judged[29:31])

    assert found.difference.estimate == pytest.approx(-1)
    assert -2 < found.difference.low < found.difference.high < 0
    assert math.isinf(tiny.difference.low)


def test_one_side_alone_gives_no_difference() -> None:
    """Nothing to compare with."""
    found = effect.compare_sessions("corrected", "before", [EffectSession("shop", True, 1, 1)] * 5)

    assert math.isnan(found.difference.estimate)
    assert math.isnan(found.other)
