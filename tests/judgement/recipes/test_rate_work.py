"""recipes.rate_work and work_to_rate: what a person says is stored, counts, and is asked where least is known."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored, uid
from tests.lessons.builders import a_lesson

from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads.ratings import read_ratings
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scope
from twiceshy.judgement.recipes import judge, list_work, rate
from twiceshy.judgement.recipes.rate_work import find_speaker
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.records import ids
from twiceshy.records.events import PromptKind
from twiceshy.records.outcomes import Answer, RatedBy, RatingWord

LATER = NOON + timedelta(days=1)
TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
OLD, NEW, NOTE = (f"c-{uid(name).hex()}" for name in ("old", "new", "note"))


def a_log(name: str, prompt: str) -> Log:
    """A session that changes a file, with a note of the client behind it that begins nothing."""
    begun = NOON if name == "old" else NOON + timedelta(hours=1)
    log = Log(name, start=begun).opened(last_at=begun + timedelta(minutes=9)).prompt(prompt, key=name)
    return log.call(name, "make it").result(name, "made").edit(name, "one", "two").reply("Done.")


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """Two sessions of one chat each, judged, and a lesson."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        stored(store, a_log("old", "make it count").prompt("/clear", key="note", kind=PromptKind.BARE_COMMAND))
        stored(store, a_log("new", "write it down"))
        with store.begin_writing() as connection:
            lesson_rows.add(connection, a_lesson(id="l-00000000000000aa"), imported=True)
    judge(config)
    return config


def list_ids(config: Config) -> list[str]:
    return [one.id for one in list_work(config, Scope(), limit=9).work]


def test_what_is_said_is_stored_without_its_secrets(config: Config) -> None:
    """Of any kind of thing, by the beginning of its id; saying it again changes nothing."""
    for name in (OLD, f"s-{uid('session', 'old').hex()}", "l-00000000000000aa"):
        for now in (NOON, LATER):
            rate(config, name[:9], value=1, comment=f"it printed {TOKEN}", now=now)

    with Store.open(config.home, readonly=True) as store:
        said = read_ratings(store.connection).said
    assert sorted(kind for kind, _ in said) == [ids.CHAT, ids.LESSON, ids.SESSION]
    assert {one.at for one in said.values()} == {NOON}
    assert all(one.comment is not None and TOKEN not in one.comment for one in said.values())


def test_another_word_needs_force(config: Config) -> None:
    """And an agent's word stands beside a person's, whatever was said first."""
    rate(config, OLD, value=5, now=NOON)
    rate(config, OLD, value=1, now=NOON, rated_by=RatedBy.AGENT)
    with pytest.raises(UsageError, match=r"was rated good \(5\) on 2026-09-01. --force"):
        rate(config, OLD, value=1, now=LATER)

    assert rate(config, OLD, value=2, now=LATER, force=True).word is RatingWord.BAD


def test_a_lesson_is_believed_less_when_a_person_calls_it_bad(config: Config) -> None:
    """And not when an agent does; it is listed as before."""
    name = "l-00000000000000aa"
    (before,) = list_lessons(config, LATER)
    rate(config, name, value=1, now=NOON, rated_by=RatedBy.AGENT)
    assert list_lessons(config, LATER) == [before]
    rate(config, name, value=1, now=NOON)
    (after,) = list_lessons(config, LATER)

    assert (after.rating, after.state) == (1, before.state)
    assert after.confidence < before.confidence


@pytest.mark.parametrize(
    ("name", "message"),
    [("p-12", "is no id of something"), ("src/a.py", "is no id"), ("c-ffffffffff", "nothing has"), (NOTE, "nothing")],
)
def test_what_cannot_be_rated_is_told(config: Config, name: str, message: str) -> None:
    """Nor can what only the client noted."""
    with pytest.raises(NotFound, match=message):
        rate(config, name, value=1, now=NOON)


def test_nothing_is_made_where_nothing_is_stored(scratch_home: Path) -> None:
    """Neither to rate nor to list."""
    config = load({}, os.environ, scratch_home)
    with pytest.raises(NotFound, match="nothing is stored"):
        rate(config, OLD, value=1, now=NOON)
    with pytest.raises(NotFound, match="nothing is stored"):
        list_work(config, Scope(), limit=9)

    assert not config.home.exists()


def test_the_next_judging_counts_it(config: Config) -> None:
    """Only the session that it is about is judged again; it is as a person said, and certain."""
    rate(config, OLD, value=5, now=NOON)
    rate(config, NEW, value=1, now=NOON, rated_by=RatedBy.AGENT)

    assert judge(config).judged == 1
    found = {one.id: one for one in list_work(config, Scope(), limit=9).work}
    old, new = found[OLD[:10]], found[NEW[:10]]
    assert (old.completed, old.confidence, old.why) == (Answer.YES, 1.0, "rated-good")
    assert (new.completed, new.rating) == (Answer.UNKNOWN, None)


def test_the_least_certain_work_comes_first(config: Config) -> None:
    """Of equals the newest; what is rated comes last, and the client's notes are no work."""
    assert list_ids(config) == [NEW[:10], OLD[:10]]
    rate(config, NEW, value=3, now=NOON)

    assert list_ids(config) == [OLD[:10], NEW[:10]]
    found = list_work(config, Scope(), limit=1)
    assert ([one.words for one in found.work], found.rated, found.unrated) == (["make it count"], 1, 1)


def test_a_rating_of_a_session_is_that_of_its_work(config: Config) -> None:
    """Where nobody said anything of the work itself."""
    rate(config, f"s-{uid('session', 'old').hex()}", value=4, now=NOON)

    (_, old) = list_work(config, Scope(), limit=9).work
    assert (old.id, old.word) == (OLD[:10], RatingWord.GOOD)


@pytest.mark.parametrize(
    ("environment", "speaker"),
    [({}, RatedBy.USER), ({"CLAUDECODE": "1"}, RatedBy.AGENT), ({"CI": "true"}, RatedBy.AGENT)],
)
def test_who_speaks_is_told_by_the_environment(environment: dict[str, str], speaker: RatedBy) -> None:
    """An agent that rates its own work in a shell is no person."""
    assert find_speaker(environment) is speaker
