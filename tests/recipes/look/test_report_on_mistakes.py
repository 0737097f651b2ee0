"""flows.mistakes: what the report tells about mistakes, from stored sessions."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.recipes.look import whole_report
from twiceshy.records.events import Failure
from twiceshy.records.figures import Mistakes

RED = "src/app.ts(2,5): error TS2304: Cannot find name 'quokka'.\nFound 1 error in src/app.ts:2\n"
OTHER = "src/app.ts(9,5): error TS2345: Argument of type 'string' is not assignable.\nFound 1 error in src/app.ts:9\n"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def log(name: str, *outputs: str) -> Log:
    made = Log(name).opened().prompt("please").reply("yes")
    for number, output in enumerate(outputs):
        made.call(f"{name} {number}", "npx tsc --noEmit").result(f"{name} {number}", output, Failure.ERROR)
    return made


def told(config: Config, *logs: Log) -> Mistakes:
    with Store.open(config.home) as store:
        for one in logs:
            stored(store, one)
    learn_lessons(config, now=lambda: NOON + timedelta(days=1))
    found = whole_report.build_report(config, Scope()).mistakes
    assert found is not None
    return found


def test_only_what_came_again_in_another_session_is_told(config: Config) -> None:
    """Twice in one session is one story."""
    found = told(config, log("one", RED, OTHER, OTHER), log("two", RED))

    assert [(row.says, row.times, row.sessions) for row in found.rows] == [
        ("tsc TS2304: \"Cannot find name 'quokka'.\"", 2, 2)
    ]


def test_a_mistake_of_an_earlier_session_counts_as_made_before(config: Config) -> None:
    """Of three mistakes one was made before."""
    found = told(config, log("one", RED, OTHER), log("two", RED, RED))
    assert found.health is not None
    new = found.health.parts[-1].rate

    assert (new.hits, new.n) == (2, 3)
    assert found.health.value is None


def test_a_muted_lesson_is_not_told(config: Config) -> None:
    """As it was meant."""
    (row,) = told(config, log("one", RED), log("two", RED)).rows
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute(
            "INSERT INTO lesson_review (lesson, state, at) SELECT id, 'muted', '2026-11-12' FROM lesson "
            "WHERE hex(id) LIKE ? || '%'",
            (row.id[2:].upper(),),
        )

    found = whole_report.build_report(config, Scope()).mistakes
    assert found is not None
    assert found.rows == []
