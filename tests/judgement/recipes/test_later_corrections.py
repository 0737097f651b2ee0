"""flows.looking_back: what a new session corrects of an earlier one changes what became of that one's work."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.judgement.recipes import judge_sessions, later_corrections
from twiceshy.records.events import Edit

LINES = b"line-aaa" + b"line-bbb"
OBJECTS = "no, the filter is wrong, it should include the last day"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def a_session(name: str, words: str, *, day: int = 0, adds: bytes = b"", takes: bytes = b"") -> Log:
    log = Log(name, start=NOON + timedelta(days=day)).opened().prompt(words).call(name, "make").result(name, "done")
    log.edit(name, "one", "two").reply("Done.")
    edit = log.events[-2]
    assert isinstance(edit, Edit)
    log.events[-2] = replace(edit, added_hashes=adds, removed_hashes=takes)
    return log


def corrected(config: Config) -> list[tuple[object, ...]]:
    with Store.open(config.home, readonly=True) as store:
        return store.connection.execute("SELECT corrections_needed FROM session_executions ORDER BY id").fetchall()


def put(config: Config, log: Log) -> None:
    with Store.open(config.home) as store:
        stored(store, log)


LATER = [
    ("words alone", a_session("later", OBJECTS, day=1), None),
    ("lines alone", a_session("later", "add a list", day=1, takes=LINES), None),
    ("too late", a_session("later", OBJECTS, day=30, takes=LINES), None),
    ("words and lines", a_session("later", OBJECTS, day=1, takes=LINES), 1),
]


@pytest.mark.parametrize(("later", "expected"), [row[1:] for row in LATER], ids=[row[0] for row in LATER])
def test_the_next_session_may_prove_that_work_was_corrected(config: Config, later: Log, expected: int | None) -> None:
    """Only with words and lines together, in time; the earlier session is judged anew in the same run."""
    put(config, a_session("earlier", "add a filter", adds=LINES))
    judge_sessions.judge(config)
    put(config, later)

    assert judge_sessions.judge(config).judged == (2 if expected else 1)
    assert corrected(config)[0] == (expected,)


def test_sessions_are_held_against_earlier_ones_once(config: Config) -> None:
    """Nothing new costs no look."""
    put(config, a_session("earlier", "add a filter", adds=LINES))
    put(config, a_session("later", OBJECTS, day=1, takes=LINES))
    with Store.open(config.home) as store:
        assert [later_corrections.look_back(store) for _ in range(2)] == [2, 0]
        assert len(later_corrections.read_later_corrections(store, a_session("earlier", "").session)) == 1
