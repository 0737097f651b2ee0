"""What is new is put into the outbox once, in numbers; what is gone here is taken back; a bound holds."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored
from tests.archive.run_records import record
from tests.lessons.builders import a_lesson
from wings.team.tests.sync.sending import KEY_TEXT, NOW, settings, waiting

from twiceshy.archive import lesson_rows, outbox, run_rows
from twiceshy.archive.db import Store
from twiceshy.archive.kept_facts import KeptProject, keep_facts
from twiceshy.base.config import Config
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.records.executions import Feedback
from twiceshy.records.kept_knowledge import KeptFact, ProjectFactKind
from twiceshy.records.lessons import LessonState
from twiceshy.records.team import RowAnswer, WireRow
from twiceshy.records.upkeep import Extent
from twiceshy_team.sync.fill_outbox import fill_outbox

WORD = "quokka"
IDENTITY = "remote:host/owner/web-shop"


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A member's settings, over a store with two sessions."""
    monkeypatch.setenv("TWICESHY_TEAM_KEY", KEY_TEXT)
    found = settings(scratch_home)
    with Store.open(found.home) as store:
        for name in ("one", "two"):
            stored(store, Log(name).everything(WORD))
    return found


def put_fact(config: Config, says: str = f"Tests run with `make {WORD}`.", worked: int = 3) -> None:
    """Keep one fact of a project, in place of all."""
    fact = KeptFact(ProjectFactKind.TEST, says, f"`make {WORD}`", "", worked, worked)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        keep_facts(connection, [KeptProject(IDENTITY, "web-shop", (fact,))])


def rows(config: Config) -> list[WireRow]:
    with Store.open(config.home) as store:
        return waiting(store)


def kinds(found: Iterable[WireRow]) -> dict[str, int]:
    return dict(Counter(row.kind for row in found))


def take_all(config: Config) -> None:
    """Have a server take all that waits."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        outbox.settle(connection, [RowAnswer(row.id, row.rev, "stored") for row in waiting(store)])


def test_with_local_nothing_is_opened(config: Config) -> None:
    """And without a store none is made."""
    assert fill_outbox(replace(config, telemetry_backend="local"), NOW) == 0
    assert rows(config) == []

    nowhere = replace(config, home=config.home / "none")
    assert fill_outbox(nowhere, NOW) == 0
    assert not nowhere.home.exists()


def test_what_did_not_change_is_not_put_again(config: Config) -> None:
    """Nor after a server took it; a session that goes on is its next revision."""
    put_fact(config)
    assert fill_outbox(config, NOW) == 3
    assert fill_outbox(config, NOW) == 0
    assert kinds(rows(config)) == {"fact": 1, "session": 2}

    take_all(config)
    put_fact(config, worked=4)
    with Store.open(config.home) as store:
        stored(store, Log("one").everything(WORD).prompt("more"))
    assert fill_outbox(config, NOW) == 2
    assert {(row.kind, row.rev) for row in rows(config)} == {("fact", 1), ("session", 1)}


@pytest.mark.parametrize("level", ["counts", "anonymous", "full"])
def test_words_leave_only_where_they_may(config: Config, level: str) -> None:
    """Of a fact its sentence, from `anonymous` on; of a session none at all."""
    put_fact(config)
    fill_outbox(replace(config, sync_level=level), NOW)
    found = rows(config)

    assert [WORD in str(row.data) for row in found if row.kind == "session"] == [False, False]
    assert [WORD in str(row.data) for row in found if row.kind == "fact"] == [level != "counts"]


def test_a_stricter_level_takes_words_back(config: Config) -> None:
    """They are the next revision, which a server keeps in place of the one with words."""
    put_fact(config)
    fill_outbox(replace(config, sync_level="full"), NOW)
    take_all(config)
    fill_outbox(config, NOW)

    (fact,) = [row for row in rows(config) if row.kind == "fact"]
    assert (fact.rev, WORD in str(fact.data)) == (1, False)


def test_without_the_key_nothing_has_a_group(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions go all the same; where the key was there before, they wait until it is there again."""
    monkeypatch.delenv("TWICESHY_TEAM_KEY")
    put_fact(config)
    assert fill_outbox(config, NOW) == 2
    assert [sorted({"project_hash", "team_epoch"} & row.data.keys()) for row in rows(config)] == [[], []]

    monkeypatch.setenv("TWICESHY_TEAM_KEY", KEY_TEXT)
    assert fill_outbox(config, NOW) == 3
    monkeypatch.delenv("TWICESHY_TEAM_KEY")
    assert fill_outbox(config, NOW) == 0


def test_what_is_forgotten_is_taken_back(config: Config) -> None:
    """By a tombstone with the id that the server knows; what of it still waits never leaves."""
    put_fact(config)
    fill_outbox(config, NOW)
    before = {row.id: row.kind for row in rows(config)}
    removal = forget(config, Extent(session=f"s-{Log('one').session.hex()[:8]}"), NOW, dry_run=False)
    after = rows(config)

    assert removal.team_rows == 1
    assert kinds(after) == {"session": 1, "tombstone": 1}
    (stone,) = [row for row in after if row.kind == "tombstone"]
    assert before[bytes.fromhex(str(stone.data["target"]))] == "session"
    assert stone.data["reason"] == "forgotten"

    put_fact(config)
    assert fill_outbox(config, NOW) == 1
    assert kinds(rows(config)) == {"fact": 1, "session": 1, "tombstone": 1}


def test_a_fact_that_holds_no_more_is_taken_back(config: Config) -> None:
    """When another is kept in its place; and where none is kept at all, nobody looked yet."""
    put_fact(config)
    fill_outbox(config, NOW)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("DELETE FROM derived WHERE kind = 'project-facts'")
    assert fill_outbox(config, NOW) == 0

    fact = KeptFact(ProjectFactKind.LINT, "Lint runs with `make lint`.", "`make lint`", "", 3, 3)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        keep_facts(connection, [KeptProject(IDENTITY, "web-shop", (fact,))])
    assert fill_outbox(config, NOW) == 2
    assert kinds(rows(config)) == {"fact": 1, "session": 2, "tombstone": 1}


def test_runs_that_found_it_full_are_put_when_there_is_room(config: Config) -> None:
    """With what was said of them, and nothing else twice."""
    small = replace(config, sync_max_outbox_mb=0)
    fill_outbox(small, NOW)
    assert fill_outbox(small, NOW) == 0
    with Store.open(config.home) as store, store.begin_writing() as connection:
        assert outbox.read_full_since(connection) == NOW
        for number in (1, 2):
            run = record(number, timestamp=f"2026-11-23T09:0{number}:00.000Z")
            run_rows.add(connection, run, NOW)
        run_rows.give_feedback(connection, run.execution.execution_id, Feedback(rating=2), [], NOW)

    assert fill_outbox(config, NOW + timedelta(hours=1)) == 5
    assert kinds(rows(config)) == {"session": 2, "execution": 2, "match_event": 2, "feedback": 1}
    with Store.open(config.home) as store:
        assert outbox.read_full_since(store.connection) is None
    assert fill_outbox(config, NOW) == 0


def test_it_may_be_ended_anywhere(config: Config) -> None:
    """What was put stays, and the next time puts the rest and nothing twice."""
    put_fact(config)
    calls = 0

    def stop_at(number: int) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            raise InterruptedError

    for number in range(1, 8):
        calls = 0
        try:
            fill_outbox(config, NOW, lambda number=number: stop_at(number))  # type: ignore[misc]  # bound at once
        except InterruptedError:
            continue
    assert fill_outbox(config, NOW) == 0
    assert {(row.kind, row.rev) for row in rows(config)} == {("session", 0), ("fact", 0)}
    assert len(rows(config)) == 3


def test_what_came_from_elsewhere_is_no_evidence(config: Config) -> None:
    """A lesson of a file is not sent on under our name; one that was learned here is, with what a person decided."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        lesson_rows.add(connection, a_lesson(id="l-" + "0" * 16, slug="told"), imported=True)
        lesson_rows.add(connection, a_lesson(id="l-" + "1" * 16, slug="own", state=LessonState.MUTED), imported=False)
    fill_outbox(config, NOW)

    (lesson,) = [row for row in rows(config) if row.kind == "lesson"]
    assert (lesson.data["review"], lesson.data["state"]) == ("dismissed", "muted")
    assert "text" not in lesson.data
    assert fill_outbox(replace(config, sync_level="anonymous"), NOW) > 0
    (lesson,) = [row for row in rows(config) if row.kind == "lesson"]
    assert lesson.data["text"]
    assert json.loads(str(lesson.data["trigger"]))


def test_a_deleted_lesson_is_dismissed(config: Config) -> None:
    """Its words are taken back, and the person's decision outlives it, also after something is forgotten."""
    ours = replace(config, sync_level="anonymous")
    key = bytes.fromhex("1" * 16)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        lesson_rows.add(connection, a_lesson(id=f"l-{key.hex()}", slug="own"), imported=False)
    fill_outbox(ours, NOW)
    take_all(config)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        lesson_rows.delete(connection, key, NOW)

    assert fill_outbox(ours, NOW) == 1
    (lesson,) = rows(config)
    assert (lesson.rev, lesson.data["state"], lesson.data["review"]) == (1, "deleted", "dismissed")
    assert not {"text", "trigger"} & lesson.data.keys()

    forget(config, Extent(session=f"s-{Log('one').session.hex()[:8]}"), NOW, dry_run=False)
    assert kinds(rows(config)) == {"lesson": 1, "tombstone": 1}
