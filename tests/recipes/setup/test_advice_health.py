"""flows.advice_health: what doctor says of the rules and of what they said."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.archive.conftest import NOON

from twiceshy.archive import rule_rows as writing
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.config import Config, load
from twiceshy.recipes.setup.health import check_advice
from twiceshy.records.rules import Advice, Fate, Level
from twiceshy.records.upkeep import CheckState

GIVEN = Advice(
    uid=b"1" * 16,
    rule=b"rule 001",
    session=b"s" * 16,
    agent="claude-code",
    event="PreToolUse",
    level=Level.WARN,
    shown=True,
    at=NOON,
)


@pytest.fixture
def config(scratch_home: Path) -> Config:
    found = load({}, os.environ, scratch_home)
    found.home.mkdir(parents=True, exist_ok=True)
    return found


def rules(config: Config, *levels: str) -> None:
    lines = [GateRule(b"c12345678", f"{number:016x}", level, 0.9, "", "", "x") for number, level in enumerate(levels)]
    rules_file.write(config.home, lines, "")


def test_without_rules_it_says_how_to_get_some(config: Config) -> None:
    """A remark, no problem."""
    check = check_advice(config)
    assert (check.state, check.words, check.advice) == (CheckState.NOTE, "no rules are compiled yet", "twiceshy learn")


def test_rules_are_counted_by_what_they_are(config: Config) -> None:
    """Warnings and refusals are loud, facts are not; without a store nothing is known of what they said."""
    rules(config, "warn", "block", "inform")
    check = check_advice(config)

    assert check.state is CheckState.OK
    assert re.fullmatch(
        r"2 warnings and 1 facts ready, compiled \d{4}-\d\d-\d\d \d\d:\d\d UTC; nothing is known of what they said",
        check.words,
    )


def test_what_was_said_is_counted(config: Config) -> None:
    """Facts do not count; what was overridden was neither held back nor right."""
    rules(config, "warn")
    told = [
        GIVEN,
        replace(GIVEN, uid=b"2" * 16, outcome=Fate.FAILED),
        replace(GIVEN, uid=b"3" * 16, outcome=Fate.FINE),
        replace(GIVEN, uid=b"4" * 16, shown=False, outcome=Fate.CORRECTED),
        replace(GIVEN, uid=b"5" * 16, shown=False, overridden=True, outcome=Fate.FAILED),
        replace(GIVEN, uid=b"6" * 16, level=Level.INFORM, outcome=Fate.FAILED),
    ]
    with Store.open(config.home) as store, store.begin_writing() as connection:
        writing.put_advice(connection, told)

    assert check_advice(config).words.endswith(
        "; 3 given, 1 in the holdout; of 3 calls with a known outcome 2 went wrong"
    )


def test_a_damaged_file_of_rules_is_no_rules(config: Config) -> None:
    """As for the gate."""
    (config.home / "rules.db").write_bytes(b"junk" * 2000)
    assert check_advice(config).words.startswith("0 warnings and 0 facts ready")


def test_switched_off_it_says_by_what(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable's name."""
    monkeypatch.setenv("TWICESHY_ADVICE_ENABLED", "0")
    check = check_advice(load({}, os.environ, config.home))

    assert (check.state, check.words) == (CheckState.OK, "switched off (TWICESHY_ADVICE_ENABLED)")
