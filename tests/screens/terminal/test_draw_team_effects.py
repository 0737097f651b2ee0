"""A team's effects in words: with people and interval, and called an association."""

from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Verdict
from twiceshy.records.team_knowledge import PooledEffect
from twiceshy.screens.terminal.draw_team_effects import draw_team_effects
from twiceshy.screens.terminal.page import Page, Pen

PLAIN = Page(120, Pen(on=False), datetime(2026, 11, 23, tzinfo=UTC))


def effect(verdict: Verdict, name: str = "edit/blind-edit", needed: int | None = None) -> PooledEffect:
    return PooledEffect(
        name=name,
        outcome="corrected",
        people=4,
        n=1200,
        difference=0.1,
        low=0.04,
        high=0.16,
        says=f"{name}, beside other edits",
        verdict=verdict,
        needed=needed,
    )


def test_without_a_team_nothing_is_said() -> None:
    """Who takes part in none reads what was read before."""
    assert draw_team_effects([], PLAIN, everything=True) == []


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (effect("more"), "more: +10 points (95 % +4 to +16); 4 people, 1,200 cases"),
        (effect("no-difference"), "no difference can be told: +10 points (95 % +4 to +16); 4 people, 1,200 cases"),
        (
            effect("too-few", needed=5000),
            "too few to tell: +10 points (95 % +4 to +16); 4 people, 1,200 cases of about ",
        ),
    ],
)
def test_each_is_said_with_people_and_interval(one: PooledEffect, words: str) -> None:
    """And what may be said of it; above all stands that it is no cause."""
    lines = draw_team_effects([one], PLAIN, everything=False)
    text = "\n".join(lines)

    assert "association, not a cause" in text
    assert "corrected: edit/blind-edit, beside other edits" in text
    assert words in text


def test_what_can_be_told_comes_first_and_few_are_shown() -> None:
    """The others are counted, and shown on request."""
    many = [*(effect("no-difference", f"edit/h{number}") for number in range(9)), effect("fewer", "edit/z")]
    few = draw_team_effects(many, PLAIN, everything=False)

    assert "edit/z" in few[2]
    assert few[-1] == "2 more effects of your team: --all"
    assert "edit/h8" in "\n".join(draw_team_effects(many, PLAIN, everything=True))
