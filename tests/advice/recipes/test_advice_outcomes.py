"""What became of advised calls: their own end, whether the next try got over it, and what a person says of the rule."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.advice.advice_fates import count_right, find_refusals_rated_bad, resolve_outcome
from twiceshy.advice.recipes.advice_effects import join_outcomes
from twiceshy.archive import rule_rows
from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import put_rating
from twiceshy.archive.reads.rules import read_demoted
from twiceshy.base.config import load
from twiceshy.records import ids
from twiceshy.records.outcomes import RatedBy, Rating, Ratings
from twiceshy.records.rules import Advice, Fate, Level, RuleKind

CALL = b"c" * 16
RULE = b"r" * 8
NOON = datetime(2026, 11, 20, tzinfo=UTC)


def given(category: str = "command", level: Level = Level.WARN, *, shown: bool = True) -> Advice:
    return Advice(
        uid=b"u",
        rule=RULE,
        session=b"s",
        agent="a",
        event="PreToolUse",
        level=level,
        shown=shown,
        at=NOON,
        call=CALL,
        category=category,
    )


ENDS = [
    ("a warned call that worked", given(), Fate.FINE, {}, Fate.FINE),
    ("a warned call that failed", given(), Fate.FAILED, {}, Fate.FAILED),
    ("a call that is not stored", given(), None, {}, None),
    ("a refused call", given(level=Level.BLOCK), Fate.FAILED, {}, Fate.NOT_MADE),
    ("a refusal that was held back", given(level=Level.BLOCK, shown=False), Fate.FAILED, {}, Fate.FAILED),
    ("a fix after which nothing was tried", given(RuleKind.FIX), Fate.FAILED, {}, None),
    ("a fix after which a try worked", given(RuleKind.FIX), Fate.FAILED, {CALL: True}, Fate.FINE),
    ("a fix after which tries failed", given(RuleKind.FIX), Fate.FAILED, {CALL: False}, Fate.FAILED),
]


@pytest.mark.parametrize(("one", "fate", "tried", "end"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_the_end_of_an_advised_call(one: Advice, fate: Fate | None, tried: dict[bytes, bool], end: Fate | None) -> None:
    """Each by its own meaning."""
    assert resolve_outcome(one, fate, tried) is end


def rated(value: int, *, hours: int = 1, by: RatedBy = RatedBy.USER) -> Rating:
    return Rating(kind=ids.WARNING, uid=RULE, value=value, at=NOON + timedelta(hours=hours), rated_by=by)


FAILED, FINE, UNKNOWN = (replace(given(), outcome=fate) for fate in (Fate.FAILED, Fate.FINE, None))
LATER = replace(FAILED, uid=b"v", at=NOON + timedelta(hours=2))
WORDS = [
    ("a call that failed", [FAILED], None, (1, 1)),
    ("the same, called bad", [FAILED], rated(1), (0, 1)),
    ("a call that worked, called good", [FINE], rated(5), (1, 1)),
    ("one that nothing is known of, called bad", [UNKNOWN], rated(2), (0, 1)),
    ("a neutral word", [FAILED, UNKNOWN], rated(3), (1, 1)),
    ("what was shown after the word", [FAILED, LATER], rated(1), (1, 2)),
    ("the last one before it", [FAILED, LATER], rated(1, hours=3), (1, 2)),
    ("what was held back", [replace(FAILED, shown=False)], rated(1), (1, 1)),
    ("another rule", [replace(FAILED, rule=b"o" * 8)], rated(1), (1, 1)),
]


@pytest.mark.parametrize(("advice", "said", "right"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS])
def test_a_persons_word_is_one_measured_fate(advice: list[Advice], said: Rating | None, right: tuple[int, int]) -> None:
    """Of the last time that the rule was shown before; never of all that it ever said."""
    assert count_right(advice, Ratings({} if said is None else {(said.kind, said.uid): said})) == right


@pytest.mark.parametrize(
    ("advice", "value", "found"),
    [
        (given(level=Level.BLOCK), 1, {RULE}),
        (given(level=Level.BLOCK), 3, set()),
        (given(level=Level.BLOCK, shown=False), 1, set()),
        (given(RuleKind.WORKFLOW, Level.BLOCK), 1, set()),
        (given(), 1, set()),
    ],
)
def test_a_refusal_that_is_called_bad_was_wrong(advice: Advice, value: int, found: set[bytes]) -> None:
    """Not a step of a workflow, which is declared."""
    assert find_refusals_rated_bad([advice], Ratings({(ids.WARNING, RULE): rated(value)})).keys() == found


def test_a_rule_called_bad_refuses_no_more_until_a_person_says_so(scratch_home: Path) -> None:
    """What an agent says of it is not heeded."""
    with Store.open(load({}, os.environ, scratch_home).home) as store:
        for by, demoted in ((RatedBy.AGENT, set[bytes]()), (RatedBy.USER, {RULE})):
            with store.begin_writing() as connection:
                rule_rows.put_advice(connection, [given(level=Level.BLOCK)])
                put_rating(connection, rated(1, by=by))
            join_outcomes(store, [])
            assert read_demoted(store.connection) == demoted
        with store.begin_writing() as connection:
            rule_rows.unmute(connection, RULE, NOON + timedelta(hours=2))
        join_outcomes(store, [])

        assert read_demoted(store.connection) == set()
