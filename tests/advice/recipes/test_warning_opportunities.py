"""From stored sessions to what could have been seen coming: which calls count, what they cost, and how it is told."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.advice.attempts import measure_costs, repository_of
from twiceshy.advice.recipes.warning_opportunities import read_pasts, replay_opportunity
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.doors.cli.main import main
from twiceshy.records.effects import Opportunity
from twiceshy.records.events import Failure
from twiceshy.records.rules import Fate
from twiceshy.records.stories import Step
from twiceshy.screens.terminal.draw_advice import render_opportunity
from twiceshy.screens.terminal.page import Page, Pen

FOLDER = "/home/ann/work/shop"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def kept(config: Config, *logs: Log) -> None:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)


def session(number: int) -> Log:
    """One command that always fails, one that always works, and a look that finds nothing."""
    start = NOON + timedelta(days=number)
    log = Log(f"session {number}", start=start).opened(cwd=FOLDER, first_at=start, last_at=start + timedelta(minutes=1))
    log.prompt("please", key=f"prompt {number}")
    for name, command, failure in (
        ("bad", "rtk bun test", Failure.ERROR),
        ("good", "bun test", None),
        ("look", "grep x a.py", Failure.ERROR),
    ):
        log.call(f"{name} {number}", command).result(f"{name} {number}", "error: no such command", failure)
    return log


def step(name: str, at: float, *, head: str = "npm test", done: float | None = None, kind: str = "call") -> Step:
    return Step(kind, name.encode(), None, at=at, name="Bash", action="run", text=head, head=head, done_at=done)


def test_the_first_half_teaches_the_second(config: Config) -> None:
    """The failing command is seen coming in every later session; a look that finds nothing is no mistake."""
    kept(config, *[session(number) for number in range(12)])

    found = replay_opportunity(config)

    assert (found.sessions, found.calls, found.wrong) == (6, 18, 6)
    assert (found.arms[0].warnings, found.arms[0].right) == (6, 6)
    assert found.since == NOON + timedelta(days=6)


def test_it_is_told_in_a_few_lines(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, and for programs."""
    kept(config, *[session(number) for number in range(12)])

    assert main(["replay", "--opportunity"]) == 0
    said = capsys.readouterr().out
    assert "6 of 18 calls went wrong" in said
    assert "Seen coming: 100 % of 6 failed calls, and 0 of 0 edits that were corrected or rolled back." in said
    assert len(said.splitlines()) < 20

    assert main(["replay", "--opportunity", "--json"]) == 0
    assert '"failed_met": 6' in json.dumps(json.loads(capsys.readouterr().out))


def test_without_mistakes_there_is_nothing_to_tell(config: Config) -> None:
    """Nor without a store."""
    with pytest.raises(NotFound):
        replay_opportunity(config)
    nothing = Opportunity(sessions=1, calls=2, wrong=0, minutes=0, failed=0, failed_met=0, arms=(), kinds=())
    assert render_opportunity(nothing, Page(80, Pen(on=False), datetime.now(UTC))).startswith("No call went wrong")


def test_sessions_come_by_their_beginning(config: Config) -> None:
    """Whatever the order in which they were stored; signs are the input's and the session's."""
    kept(config, session(2), session(0), session(1))

    with Store.open(config.home, readonly=True) as store:
        found = read_pasts(store)

    assert [past.at for past in found] == [NOON + timedelta(days=number) for number in range(3)]
    assert {past.project for past in found} == {"shop"}
    assert ("head", "rtk bun") in found[0].attempts[0].signs
    assert [one.wrong for one in found[0].attempts] == [True, False, False]


def test_tries_of_one_thing_add_up() -> None:
    """A minute to the second try, two more to the one that worked; another thing in between ends nothing."""
    steps = [step("a", 0), step("b", 60), step("x", 90, head="ls"), step("c", 180)]
    fates = {b"a": Fate.FAILED, b"b": Fate.FAILED, b"x": Fate.FINE, b"c": Fate.FINE}

    assert measure_costs(steps, fates)[b"a"] == pytest.approx(1)
    assert measure_costs(steps, fates)[b"b"] == pytest.approx(2)


def test_a_persons_time_does_not_count() -> None:
    """Nor more than half an hour of the agent's."""
    prompt = step("p", 4_000, kind="prompt")
    fates = {b"a": Fate.FAILED, b"c": Fate.FINE}
    assert measure_costs([step("a", 0), prompt, step("c", 4_030)], fates) == {b"a": pytest.approx(0.5)}
    assert measure_costs([step("a", 0), step("c", 9_000)], fates) == {}


def test_what_is_never_tried_again_ends_with_the_next_of_its_sort() -> None:
    """And costs nothing known where there is none."""
    fates = {b"a": Fate.FAILED, b"c": Fate.FINE}
    steps = [step("a", 0), step("c", 120, head="make")]

    assert measure_costs(steps, fates) == {b"a": pytest.approx(2)}
    assert measure_costs(steps[:1], fates) == {}


def test_a_call_that_was_not_made_is_no_try() -> None:
    """A person refused it."""
    fates = {b"a": Fate.FAILED, b"b": Fate.NOT_MADE, b"c": Fate.FINE}

    assert measure_costs([step("a", 0), step("b", 30), step("c", 60)], fates) == {b"a": pytest.approx(1)}


@pytest.mark.parametrize(
    ("folder", "name"),
    [("/w/shop", "shop"), ("/w/shop/.worktrees/fix/a", "shop"), ("/w/shop/.claude/worktrees/b", "shop"), ("", "")],
)
def test_a_worktree_is_its_repository(folder: str, name: str) -> None:
    """By the name of the main folder."""
    assert repository_of(folder) == name
