"""recipes.proven_fixes: what got over failures in the stored sessions, and under which keys the gate finds it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.advice.recipes.proven_fixes import FixPlace, KnownFixes, read_ordered_attempts, read_proven_fixes
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.commands.keys.gate_keys import key_of_failure, mark_failure, reduce_failure
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.records.events import Failure

MESSAGE = "error: unrecognized subcommand 'bun'"
WRONG = f"{MESSAGE}\n\nUsage: rtk <COMMAND>"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def session(number: int, project: str = "shop") -> Log:
    log = Log(f"session {number}", f"remote:host/ann/{project}", NOON + timedelta(days=number))
    log.opened(cwd=f"/home/ann/work/{project}").prompt("please")
    log.call(f"call {number}", "rtk bun run test").result(f"call {number}", WRONG, Failure.ERROR)
    return log.call(f"next {number}", "bun run test").result(f"next {number}", "4 passed in 0.31s")


def learned(config: Config, *logs: Log) -> tuple[KnownFixes, bytes]:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)
    judge(config, processes=1)
    with Store.open(config.home) as store:
        return read_proven_fixes(store), store.salt


def test_a_fix_stands_under_the_line_and_folder_of_its_failure(config: Config) -> None:
    """As the gate reads them."""
    known, salt = learned(config, *(session(number) for number in range(3)))

    assert [(fix.told, fix.worked) for fix in known.fixes] == [("`rtk`", 3)]
    assert known.places == [
        FixPlace(
            frozenset({key_of_failure("work/shop", reduce_failure(WRONG), salt)}), f"says:{mark_failure(MESSAGE, salt)}"
        )
    ]


def test_what_worked_in_two_projects_is_known_in_every_folder(config: Config) -> None:
    """Each alone has too little of it."""
    two = [session(1), session(2, "site")]
    known, salt = learned(config, *two)

    assert [fix.project for fix in known.fixes] == [""]
    assert [place.keys for place in known.places] == [{key_of_failure("", reduce_failure(WRONG), salt)}]


def test_attempts_are_in_order_of_time(config: Config) -> None:
    """Whatever their ids."""
    learned(config, session(3), session(1), session(2))
    with Store.open(config.home) as store:
        found = [one.first_at for one in read_ordered_attempts(store)]

    assert found == sorted(found, key=lambda at: at or 0.0)
