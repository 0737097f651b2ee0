"""twiceshy_fleet.planning.group_figures: shares, dollars, and who may be called different."""

from typing import Any

import pytest

from twiceshy.account.price_list import ModelPrice, PriceList, PriceTier, Rates
from twiceshy.records.fleet import GroupSums, GroupTokens
from twiceshy.records.spending import TokenCounts
from twiceshy_fleet.planning.group_figures import (
    build_figures,
    build_group_figures,
    is_few,
    list_unpriced,
    sum_spending,
)

NOTHING = GroupSums("", "", 0, 0, 0, 0, None, None, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0, 0.0, 0.0)
TIERS = (PriceTier(0, Rates(1, 10, 0, 0, 0)), PriceTier(100, Rates(2, 20, 0, 0, 0)))
PRICES = PriceList({"m": ModelPrice(TIERS)}, "invented", "2026-11-23")
MILLION = TokenCounts(input=1_000_000, output=1_000_000)
ADDED = ("sessions", "calls", "tried", "failed", "expected", "failed_squared", "failed_expected", "expected_squared")


def a_group(key: str, sessions: int, failed: int, **given: Any) -> GroupSums:
    """Sessions of 100 calls each, of which 2 would be expected to fail and so many do, with a variance of 1."""
    counts = {"calls": 100 * sessions, "tried": 100 * sessions, "failed": failed * sessions}
    sums = {"expected": 2.0 * sessions, "expected_squared": 4.0 * sessions, "failed_expected": 2.0 * failed * sessions}
    squared = (failed * failed + 1) * sessions
    group = NOTHING._replace(key=key, name=key, sessions=sessions, people=9, failed_squared=squared)
    return group._replace(**{**counts, **sums, **given})


def add(*groups: GroupSums) -> GroupSums:
    """The whole of groups."""
    return NOTHING._replace(**{name: sum(getattr(one, name) for one in groups) for name in ADDED})


def a_use(key: str = "", model: str = "m", **given: Any) -> GroupTokens:
    """A million tokens in and out."""
    one = GroupTokens(key, model, 0, 0.0, is_stated=False, messages=3, partial=0, tokens=MILLION)
    return one._replace(**given)


def test_shares_have_their_intervals() -> None:
    """2 of 8 calls: Wilson's interval; of nothing there is no share."""
    found = build_figures(NOTHING._replace(calls=10, tried=8, failed=2), sum_spending([a_use()], PRICES)[""])

    assert [round(part, 3) for part in found.failed] == [2, 8, 0.25, 0.071, 0.591]
    assert found.first_pass.n == 0
    assert found.dollars == pytest.approx(11.0)


def test_a_group_is_different_only_where_the_test_says_so() -> None:
    """Twice as many failures in forty sessions are; each stands beside all but itself."""
    groups = [a_group("twice", 40, 4), a_group("like", 40, 2), a_group("also", 40, 2)]

    found = {one.key: one for one in build_group_figures("team", groups, add(*groups), {})}

    assert {key: one.verdict for key, one in found.items()} == {"twice": "more", "like": "fewer", "also": "fewer"}
    assert found["twice"].ratio == pytest.approx(2.0)
    assert (found["twice"].ratio_low or 0) > 1
    assert found["like"].ratio == pytest.approx(2 / 3)


def test_like_groups_have_no_verdict() -> None:
    """Though their ratio is told, with its interval."""
    groups = [a_group("one", 40, 3), a_group("other", 40, 3)]

    found = build_group_figures("team", groups, add(*groups), {})

    assert [one.verdict for one in found] == ["", ""]
    assert all((one.ratio_low or 0) < 1 < (one.ratio_high or 0) for one in found)


@pytest.mark.parametrize(
    ("group", "few"),
    [
        pytest.param(a_group("g", 4, 50), True, id="few sessions"),
        pytest.param(a_group("g", 40, 50, people=4), True, id="few people"),
        pytest.param(a_group("g", 40, 50, people=0), False, id="nobody is named"),
        pytest.param(a_group("g", 5, 50, people=5), False, id="just enough"),
    ],
)
def test_a_handful_is_not_compared(group: GroupSums, few: bool) -> None:
    """However much it differs."""
    others = a_group("others", 100, 2)

    mine, _ = build_group_figures("team", [group, others], add(group, others), {})

    assert is_few(group) is few
    assert mine.verdict == ("few" if few else "more")
    assert (mine.ratio is None) is few


@pytest.mark.parametrize(
    "others",
    [
        pytest.param(a_group("others", 4, 9), id="few sessions"),
        pytest.param(a_group("others", 40, 2)._replace(failed=4), id="few failures"),
    ],
)
def test_nothing_is_told_beside_a_handful(others: GroupSums) -> None:
    """A small rest is no measure."""
    one = a_group("one", 40, 4)

    found, _ = build_group_figures("team", [one, others], add(one, others), {})

    assert (found.ratio, found.verdict) == (None, "")


def test_a_model_that_only_helped_has_its_tokens() -> None:
    """And no session."""
    group = a_group("m", 40, 4)

    _, helper = build_group_figures("model", [group], group, sum_spending([a_use("m"), a_use("helper")], PRICES))

    assert (helper.key, helper.sessions, helper.tokens, helper.verdict) == ("helper", 0, MILLION, "few")


def test_months_stand_in_order() -> None:
    """Other groups as they come."""
    groups = [a_group("2026-11", 9, 2), a_group("2026-09", 7, 2)]

    assert [one.key for one in build_group_figures("month", groups, add(*groups), {})] == ["2026-09", "2026-11"]
    assert [one.key for one in build_group_figures("team", groups, add(*groups), {})] == ["2026-11", "2026-09"]


def test_dollars_are_of_each_tier_and_what_is_stated() -> None:
    """A model without a price is named with its tokens."""
    rows = [
        a_use("a"),
        a_use("a", tier=1),
        a_use("a", is_stated=True, stated=2.5, partial=2),
        a_use("a", model="unheard-of", messages=1),
        a_use("b", model="unheard-of", tokens=TokenCounts(output=5)),
    ]

    found = sum_spending(rows, PRICES)

    assert found["a"].dollars == pytest.approx(11.0 + 22.0 + 2.5)
    assert (found["a"].tokens.total, found["a"].unpriced, found["a"].partial) == (8_000_000, 2_000_000, 2)
    assert (found["b"].dollars, found["b"].unpriced) == (0.0, 5)
    assert list_unpriced(rows, PRICES) == (("unheard-of", 2_000_005),)
