"""advice.recipes.rule_trials: trials rest on what the judge stored, and are made anew when that changes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.advice.recipes.rule_trials import find_fates, update_trials
from twiceshy.archive import call_fates
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import stories
from twiceshy.base.config import load
from twiceshy.records.outcomes import CallFates
from twiceshy.records.rules import Fate


@pytest.fixture
def store(scratch_home: Path) -> Iterator[Store]:
    with Store.open(load({}, os.environ, scratch_home).home) as opened:
        yield opened


def judge(store: Store, session: bytes, *corrected: bytes) -> None:
    """Store what a judge would have found."""
    fates = call_fates.encode_fates(CallFates(corrected=frozenset(corrected)))
    store.put_derived(call_fates.KIND, [DerivedValue(session, b"", fates)], 1)


def test_the_judge_s_answer_is_taken_and_a_new_one_makes_trials_anew(store: Store) -> None:
    """A session's trials are stale once its calls were judged otherwise, and only then."""
    log = Log("one").opened(cwd="/home/ann/shop").prompt("please").call("a", "make test").result("a", "ok")
    stored(store, log)
    judge(store, log.session)
    assert update_trials(store) == [log.session]
    assert update_trials(store) == []
    [story] = stories.read_stories(store, [log.session])
    [call] = find_fates(store, story)
    assert find_fates(store, story) == {call: Fate.FINE}
    judge(store, log.session, call)
    assert update_trials(store) == [log.session]
    assert find_fates(store, story) == {call: Fate.CORRECTED}


def test_a_session_that_was_not_judged_is_judged_from_its_log(store: Store) -> None:
    """Advice is measured also before the judge ran."""
    log = Log("one").opened(cwd="/home/ann/shop").prompt("please").call("a", "make test").result("a", "ok")
    stored(store, log)
    [story] = stories.read_stories(store, [log.session])
    assert list(find_fates(store, story).values()) == [Fate.FINE]


def test_a_run_that_is_killed_between_two_writings_leaves_both_to_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trials tell whether a session was looked at, so that they come last."""
    log = Log("one").opened(cwd="/home/ann/shop").prompt("please").call("a", "make test").result("a", "ok")
    stored(store, log)
    judge(store, log.session)
    put, kinds = store.put_derived, list[str]()

    def die(_: Store, kind: str, entries: list[DerivedValue], version: int) -> None:
        kinds.append(kind)
        if len(kinds) == 2:
            raise KeyboardInterrupt
        put(kind, entries, version)

    monkeypatch.setattr(Store, "put_derived", die)
    with pytest.raises(KeyboardInterrupt):
        update_trials(store)

    assert update_trials(store) == [log.session]
    assert sorted(kinds[:2]) == sorted(kinds[2:])
