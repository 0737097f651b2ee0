"""Warned, placebo and silent cases: weighed by their chances, by session, and nothing claimed too early."""

import math
from collections.abc import Iterator

import pytest

from twiceshy.advice.trial_effect import estimate_outcomes, select_cases
from twiceshy.records.trial_effects import DrawnCase, TrialCase, TrialComparison

CHANCES = {"warned": 0.7, "placebo": 0.15, "silent": 0.15}


def cases(bad: int, n: int, arm: str, start: int = 0) -> Iterator[TrialCase]:
    for number in range(n):
        yield TrialCase("r", (arm, start + number), arm, CHANCES[arm], number < bad, None, number)


def drawn(session: int, *, at: float = 0.0, arm: str = "s", placebo: float = 0.15, rule: str = "r") -> DrawnCase:
    return DrawnCase(
        rule=rule,
        session=session,
        shown=arm == "s",
        placebo=arm == "p",
        held_chance=0.15,
        placebo_chance=placebo,
        failed=True,
        again=False,
        at=at,
    )


def compared(some: list[TrialCase]) -> dict[tuple[str, str], TrialComparison]:
    return {(one.arm, one.other): one for one in estimate_outcomes(some)[0].comparisons}


def test_no_case_no_outcome() -> None:
    """And an outcome that is not known of any case has no arms."""
    assert estimate_outcomes([]) == ()
    failed, again = estimate_outcomes(list(cases(1, 3, "warned")))
    assert (failed.arms[0].n, again.arms, again.unknown) == (3, (), 3)


def test_few_cases_claim_nothing() -> None:
    """However far apart they look."""
    some = [*cases(0, 12, "warned"), *cases(9, 9, "silent")]
    assert compared(some)["warned", "silent"].verdict == "too-few"


@pytest.mark.parametrize(
    ("warned", "silent", "verdict"), [(120, 150, "fewer"), (150, 150, "no-difference"), (190, 120, "more")]
)
def test_enough_cases_say_what_the_interval_allows(warned: int, silent: int, verdict: str) -> None:
    """Fewer, more, or no difference that can be told."""
    some = [*cases(warned, 300, "warned"), *cases(silent, 300, "silent")]
    found = compared(some)["warned", "silent"]
    assert (found.verdict, found.n) == (verdict, 600)
    assert found.design_effect == pytest.approx(1, abs=0.01)
    assert found.difference.estimate == pytest.approx((warned - silent) / 300)


def test_cases_weigh_as_the_inverse_of_their_chance() -> None:
    """A warning that was drawn with .2 stands for 3.5 of those that were drawn with .7."""
    some = [TrialCase("r", 1, "warned", 0.7, False, None, 0), TrialCase("r", 2, "warned", 0.2, True, None, 0)]
    (arm,) = estimate_outcomes(some)[0].arms
    assert arm.share == pytest.approx((1 / 0.2) / (1 / 0.2 + 1 / 0.7))
    assert arm.effective == pytest.approx((1 / 0.2 + 1 / 0.7) ** 2 / (1 / 0.04 + 1 / 0.49))


def test_sessions_are_the_witnesses() -> None:
    """Ten cases of one session tell little more than one."""
    one_each = [*cases(15, 30, "warned"), *cases(20, 30, "silent")]
    together = [case._replace(session=(case.arm, case.session[1] // 10)) for case in one_each]  # type: ignore[index]  # as `cases` makes them
    alone, clustered = (compared(some)["warned", "silent"] for some in (one_each, together))
    assert clustered.difference.high - clustered.difference.low > alone.difference.high - alone.difference.low
    assert clustered.design_effect > 2


def test_only_the_first_match_of_a_session_counts() -> None:
    """The others depend on what the first one did."""
    found = select_cases([drawn(1, at=2, arm="h"), drawn(1, at=1), drawn(1, at=3, rule="q")])
    assert [(one.rule, one.arm, one.at) for one in found] == [("r", "warned", 1), ("q", "warned", 3)]


def test_a_placebo_is_compared_with_what_could_have_had_one() -> None:
    """Earlier cases, and refusals, had no chance of it."""
    found = select_cases([drawn(1, placebo=0.0), drawn(2, arm="h"), drawn(3, arm="p"), drawn(4)])
    assert [(one.session, one.arm) for one in found] == [(2, "silent"), (3, "placebo"), (4, "warned")]
    assert [round(one.chance, 2) for one in found] == [0.15, 0.15, 0.7]


def test_without_a_placebo_every_case_counts() -> None:
    """Warned and silent ones."""
    found = select_cases([drawn(1, placebo=0.0), drawn(2, placebo=0.0, arm="h")])
    assert math.isclose(found[0].chance, 0.85)
    assert len(found) == 2
