"""What advice did, read from the store: calls by rule, sessions by lot, and which rules are retired."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored, uid

from twiceshy.advice.recipes import advice_effects
from twiceshy.archive import rule_rows, session_results
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.records.outcomes import SessionExecution
from twiceshy.records.rules import Advice, Fate, Level, RuleKind

RULE = bytes(range(8))


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def given(name: str, *, shown: bool, outcome: Fate | None, kind: RuleKind = RuleKind.RERUN) -> Advice:
    return Advice(
        uid=uid("advice", name, kind),
        rule=RULE,
        session=Log(name).session,
        agent="claude-code",
        event="PreToolUse",
        level=Level.WARN,
        shown=shown,
        at=NOON,
        call=None if kind is RuleKind.BRIEF else uid("call", name),
        category=kind,
        outcome=outcome,
    )


def warned(held: int, shown: int, bad: Fate = Fate.FAILED) -> Iterator[Advice]:
    """Held-back and shown ones; every second of each ends badly."""
    for number in range(held + shown):
        yield given(f"s{number}", shown=number >= held, outcome=bad if number % 2 else Fate.FINE)


def put(config: Config, *some: Advice) -> None:
    with Store.open(config.home) as store, store.begin_writing() as connection:
        rule_rows.put_advice(connection, some)


def test_no_advice_no_effects(config: Config) -> None:
    """An empty store is told as such."""
    Store.open(config.home).close()

    found = advice_effects.measure_advice_effects(config)

    assert (found.given, found.categories, found.rules, found.sessions) == (0, (), (), ())


def test_calls_are_told_by_category_and_rule(config: Config) -> None:
    """A call that was not made did not end badly; one whose end is unknown counts on no side."""
    put(
        config,
        given("a", shown=True, outcome=Fate.NOT_MADE),
        given("b", shown=False, outcome=Fate.CORRECTED),
        given("c", shown=True, outcome=None),
        given("d", shown=True, outcome=None, kind=RuleKind.BRIEF),
    )

    found = advice_effects.measure_advice_effects(config)

    assert (found.given, found.unknown) == (3, 1)
    assert found.categories[0].category == "rerun"
    assert found.categories[0].arms == found.rules[0].arms
    assert (found.rules[0].arms.bad, found.rules[0].arms.shown) == (0, 1)
    assert (found.rules[0].arms.held_bad, found.rules[0].arms.held) == (1, 1)


def test_a_rule_that_does_not_help_is_named_for_retirement(config: Config) -> None:
    """By its id, with why."""
    put(config, *warned(held=20, shown=100))

    with Store.open(config.home, readonly=True) as store:
        found = advice_effects.find_retired_rules(store)

    assert list(found) == [RULE]
    assert "50 of 100 where shown" in found[RULE]


def judged(config: Config, name: str, *, cycles: int, at: int) -> None:
    log = Log(name).opened().prompt("please")
    with Store.open(config.home) as store:
        stored(store, log)
        row = SessionExecution(
            session=log.session,
            task=None,
            timestamp=NOON + timedelta(days=at),
            last_modified=NOON,
            tool_call_count=4,
            files_modified=1,
            user_message_count=2,
            tasks=2,
            corrections=1,
            regeneration_cycles=cycles,
            first_pass_tasks=1,
            corrections_needed=True,
        )
        with store.begin_writing() as connection:
            session_results.put(connection, [row])


def test_sessions_are_compared_by_lot_and_before_and_after(config: Config) -> None:
    """Those with a brief beside those whose brief was held back; and those since the first beside earlier ones."""
    for number in range(12):
        judged(config, f"s{number}", cycles=2 if number % 3 else 0, at=number)
    put(
        config,
        *(
            given(f"s{number}", shown=bool(number % 3 == 0), outcome=None, kind=RuleKind.BRIEF)
            for number in range(3, 12)
        ),
    )

    found = {(one.compared, one.outcome): one for one in advice_effects.measure_advice_effects(config).sessions}

    assert found["held-back", "regeneration-cycles"].difference.estimate == pytest.approx(-1)
    assert (found["held-back", "engagement"].sessions, found["held-back", "engagement"].others) == (3, 6)
    assert found["held-back", "engagement"].value == 0.5
    assert (found["before", "corrected"].sessions, found["before", "corrected"].others) == (9, 3)
    assert found["before", "first-pass"].difference.estimate == pytest.approx(0)
