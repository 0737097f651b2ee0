"""Lessons from the store to the store: counts that are exact, decisions that last, and nothing of what is forgotten."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored
from tests.lessons.builders import a_lesson

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive import scored_edits, session_cases
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import lessons as reads
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scrubbed
from twiceshy.lessons.recipes import learn_from_sessions, lesson_reviews
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.recipes.pages.review_queue import build_queue
from twiceshy.records.events import Failure
from twiceshy.records.findings import Finding, FindingDelta, Layer, ScannedEdit, Severity
from twiceshy.records.lessons import Lesson, LessonOccurrence, LessonState, Occurrence
from twiceshy.records.upkeep import Extent

NOW = NOON + timedelta(days=1)
RED = "src/app.ts(2,5): error TS2304: Cannot find name 'quokka'.\nFound 1 error in src/app.ts:2\n"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def failed(name: str, times: int = 1, output: str = RED) -> Log:
    log = Log(name).opened().prompt("please").reply("yes")
    for number in range(times):
        call = f"{name} {number}"
        log.call(call, "npx tsc --noEmit").result(call, output, Failure.ERROR)
    return log


def learned(config: Config, *logs: Log) -> list[Lesson]:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)
    learn_lessons(config, now=lambda: NOW)
    return list_lessons(config, NOW)


def test_a_failure_becomes_a_lesson_and_a_third_one_makes_it_active(config: Config) -> None:
    """Two sessions and three times: it leaves shadow; what is learned twice is counted once."""
    (first,) = learned(config, failed("one", 2))
    assert (first.observations, first.sessions, first.state) == (2, 1, LessonState.SHADOW)

    (lesson,) = learned(config, failed("two"))
    assert learn_lessons(config, now=lambda: NOW) == 0

    assert (lesson.id, lesson.observations, lesson.sessions, lesson.state) == (first.id, 3, 2, LessonState.ACTIVE)
    assert lesson.models == {"model-x": 3}
    assert lesson.description == "tsc TS2304: \"Cannot find name 'quokka'.\""
    assert lesson.slug.startswith("typescript_undefined_")


def test_what_scanning_found_is_learned_when_it_is_there(config: Config) -> None:
    """Scores are made after lessons: the session is learned from once more, and only then."""
    log = Log("one").opened().prompt("please").call("c", "make").result("c", "fine")
    assert learned(config, log) == []
    fault = Finding(
        rule="pattern/tls-off-go",
        layer=Layer.PATTERN,
        severity=Severity.MAJOR,
        confidence=0.9,
        path="a.go",
        line=1,
        message=Scrubbed("The other side is not checked."),
        cwe=295,
        fingerprint=b"fp",
    )
    with Store.open(config.home) as store:
        ((session, call),) = store.connection.execute("SELECT s.uid, c.uid FROM session s, call c").fetchall()
        edit = ScannedEdit(call, "a.go", b"k", 1, 0, None, None, 0.0, frozenset(), FindingDelta(introduced=(fault,)))
        store.put_derived(scored_edits.KIND, [DerivedValue(session, b"", scored_edits.encode_edits([edit]))], 1)

    assert learn_lessons(config, now=lambda: NOW) == 1
    assert learn_lessons(config, now=lambda: NOW) == 0
    (lesson,) = list_lessons(config, NOW)
    assert (lesson.description, lesson.category, lesson.observations) == (fault.message, "security", 1)


def test_a_session_that_grew_is_counted_anew_and_not_twice(config: Config) -> None:
    """The occurrences of a session take the place of those that it had."""
    log = failed("one")
    learned(config, log)
    log.call("more", "npx tsc --noEmit").result("more", RED, Failure.ERROR)

    (lesson,) = learned(config, log)
    assert lesson.observations == 2


def test_the_seeds_tables_have_the_counts(config: Config) -> None:
    """A row a model, a row an occurrence."""
    learned(config, failed("one", 2))

    with Store.open(config.home, readonly=True) as store:
        patterns = store.connection.execute(
            "SELECT model_name, frequency, test_failures, user_corrections, archived FROM mistake_patterns"
        ).fetchall()
        occurrences = store.connection.execute(
            "SELECT project_path, file_path, error_message FROM mistake_occurrences"
        ).fetchall()
    assert patterns == [("model-x", 2, 2, 0, 0)]
    assert occurrences == [("web-shop", "src/app.ts", "Cannot find name 'quokka'.")] * 2


def test_nearly_the_same_error_is_merged_and_known_again(config: Config) -> None:
    """Another key, the same tool and category, .70 alike: one lesson with both keys, whichever comes next."""
    for name, more in (("one", ""), ("two", " now"), ("three", " now")):
        message = f"BasketError: the basket holds two loaves of bread and no butter{more}"
        log = Log(name).opened().prompt("please")
        log.call(name, "pytest -q").result(name, f"FAILED tests/test_a.py::test_x - {message}\n1 failed in 0.31s\n")
        lessons = learned(config, log)

    assert [one.observations for one in lessons] == [3]
    with Store.open(config.home, readonly=True) as store:
        assert len(reads.read_keys(store.connection)) == 2


def test_a_run_that_is_killed_before_the_wording_leaves_it_to_the_next(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All sessions were learned from by then, so that nothing else tells that it is due; a third run has no need."""
    taught = []

    def teach(*_: object) -> None:
        taught.append(1)
        if len(taught) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(learn_from_sessions, "teach", teach)
    with pytest.raises(KeyboardInterrupt):
        learned(config, failed("one"))

    assert [learn_lessons(config, now=lambda: NOW) for _ in range(2)] == [0, 0]
    assert len(taught) == 2


def test_no_secret_gets_into_a_lesson(config: Config) -> None:
    """Not even one that stood in the store: every text is scrubbed again before it is kept."""
    secret = "AKIA" + "QRSTUVWX" + "YZ234567"
    learned(config, failed("one", output=RED.replace("Cannot find name", f"key {secret} is not")))

    with Store.open(config.home, readonly=True) as store:
        dump = "\n".join(line for line in store.connection.iterdump() if "mistake_" in line or 'INTO "lesson' in line)
    assert "TS2304" in dump
    assert secret not in dump


def a_kept(number: int) -> LessonOccurrence:
    """The same error in another session."""
    session = number.to_bytes(16, "big")
    occurrence = Occurrence(
        session=session,
        event=session,
        at=NOON,
        project="web-shop",
        file=None,
        model="model-x",
        agent="codex",
        message=Scrubbed("never awaited"),
    )
    lesson = a_lesson()
    return LessonOccurrence(writing.id_of(lesson), lesson, occurrence, fixed=False)


def write_many(home: Path, start: int, count: int) -> None:
    with Store.open(home) as store:
        for number in range(start, start + count):
            with store.begin_writing() as connection:
                one = a_kept(number)
                writing.put(connection, [one.occurrence.session], [one], {})


def fork_writers(home: Path, writers: int, times: int) -> None:
    """Write from so many processes, which have everything imported and so begin at the same moment."""
    for writer in range(writers):
        if os.fork() == 0:
            try:
                write_many(home, 1 + times * writer, times)
                os._exit(0)
            finally:
                os._exit(1)
    assert [os.wait()[1] for _ in range(writers)] == [0] * writers


@pytest.mark.parametrize(("writers", "times"), [(4, 50), (16, 5)])
def test_the_same_error_from_many_processes_is_one_lesson_with_exact_counts(
    config: Config, writers: int, times: int
) -> None:
    """Four that write it 50 times each, and sixteen at once: nothing is lost and nothing counted twice."""
    with Store.open(config.home):
        pass
    begin = f"import sys; sys.path[:] = {sys.path!r}; import {__name__} as own"
    call = f"own.fork_writers(own.Path({str(config.home)!r}), {writers}, {times})"
    subprocess.run([sys.executable, "-c", f"{begin}; {call}"], check=True)

    (lesson,) = list_lessons(config, NOW)
    every = writers * times
    assert (lesson.observations, lesson.sessions, lesson.models) == (every, every, {"model-x": every})


def test_what_is_forgotten_is_in_no_lesson(config: Config) -> None:
    """Its lessons go whole; what other sessions had of them is learned again."""
    learned(config, failed("bad", 2, RED.replace("Cannot find name", "Cannot find wombat")), failed("good"))
    forget(config, Extent(session="s-" + Log("bad").session.hex()[:8]), NOW, dry_run=False)

    with Store.open(config.home, readonly=True) as store:
        assert "wombat" not in "\n".join(store.connection.iterdump())
    assert list_lessons(config, NOW) == []

    learn_lessons(config, now=lambda: NOW)
    (lesson,) = list_lessons(config, NOW)
    assert (lesson.observations, lesson.sessions) == (1, 1)


def test_decisions_last(config: Config) -> None:
    """Promoted, in a person's words; taken back; muted; whatever is learned in between."""
    (lesson,) = learned(config, failed("one", 3))
    lesson_reviews.decide(config, lesson.id[:6], LessonState.PROMOTED, NOW)
    lesson_reviews.edit(config, lesson.slug, "declare names before use", None, NOW)
    (grown,) = learned(config, failed("two"))
    assert (grown.state, grown.description, grown.observations) == (LessonState.PROMOTED, "declare names before use", 4)

    assert lesson_reviews.decide(config, lesson.id, None, NOW).state is LessonState.SHADOW
    assert lesson_reviews.decide(config, lesson.id, LessonState.MUTED, NOW).state is LessonState.MUTED


def test_a_deleted_lesson_is_not_learned_again(config: Config) -> None:
    """Nor is anything when a person wants all of it gone."""
    (lesson,) = learned(config, failed("one", 3))
    lesson_reviews.delete(config, lesson.id, NOW)
    assert learned(config, failed("two", 3)) == []

    learned(config, failed("three", output=RED.replace("TS2304", "TS2305")))
    assert lesson_reviews.clear(config) == 1
    assert learned(config) == []


def test_categories_and_all_of_it_can_be_switched_off(config: Config) -> None:
    """By settings."""
    with Store.open(config.home) as store:
        stored(store, failed("one"))

    assert learn_lessons(replace(config, lessons_enabled=False)) == 0
    assert learn_lessons(replace(config, lessons_ignore=("undefined",))) == 1
    assert list_lessons(config, NOW) == []


def test_a_review_is_due_a_quarter_after_the_last(config: Config) -> None:
    """And asks first about what is unsure and frequent."""
    learned(config, failed("one", 9), failed("two", output=RED.replace("TS2304", "TS2305")))
    found = build_queue(config, NOW, limit=9)
    assert (found.due, [one.observations for one in found.lessons]) == (True, [9, 1])

    lesson_reviews.decide(config, found.lessons[0].id, LessonState.PROMOTED, NOW)
    assert not build_queue(config, NOW + timedelta(days=90), limit=9).due
    assert build_queue(config, NOW + timedelta(days=91), limit=9).due


def test_names_that_mean_nothing_and_words_that_are_none(config: Config) -> None:
    """Are said."""
    learned(config, failed("one"))

    for name in ("l-00", "nonsense", "s-12"):
        with pytest.raises(NotFound):
            lesson_reviews.decide(config, name, LessonState.MUTED, NOW)
    with pytest.raises(UsageError):
        lesson_reviews.edit(config, list_lessons(config, NOW)[0].id, None, " ", NOW)


def test_a_story_has_its_evidence(config: Config) -> None:
    """Newest occurrences first."""
    (lesson,) = learned(config, failed("one", 2))
    story = lesson_reviews.show_lesson(config, lesson.id, NOW)

    assert [one.message for one in story.occurrences] == ["Cannot find name 'quokka'."] * 2
    assert story.lesson.confidence == 0.5
    with Store.open(config.home, readonly=True) as store:
        assert reads.read_last_review(store.connection) is None
    assert story.lesson.first_seen is not None
    assert story.lesson.first_seen <= datetime.now(UTC)


def test_a_correction_that_is_not_sure_enough_teaches_nothing(config: Config) -> None:
    """One that counts is kept as a quotation."""
    said = ["the config file should never be in the repository", "no, that is wrong, revert it"]
    logs = [Log(f"s{n}").opened().prompt("add it").call(f"c{n}", "make").prompt(words) for n, words in enumerate(said)]

    assert [one.description for one in learned(config, *logs)] == ['The user said: "no, that is wrong, revert it"']


@pytest.mark.parametrize("first", [0, 1], ids=["the original first", "the copy first"])
def test_words_that_another_agent_took_over_count_once(config: Config, first: int) -> None:
    """A session that was copied there has them at the same moment; said on another day they are said again."""
    words = "no, that is wrong, revert it"
    logs = [
        Log(name, start=start).opened(agent=agent).prompt("add it").call(f"c{name}", "make").prompt(words)
        for name, agent, start in (("a", "claude-code", NOON), ("b", "opencode", NOON))
    ]
    later = Log("c", start=NOON + timedelta(days=1)).opened(agent="opencode").prompt("add it").call("cc", "make")

    (lesson,) = learned(config, logs[first], logs[1 - first])
    assert (lesson.observations, lesson.sessions) == (1, 1)
    (lesson,) = learned(config, later.prompt(words))
    assert (lesson.observations, lesson.sessions) == (2, 2)


def test_what_is_merged_does_not_hang_on_the_order_of_reading(scratch_home: Path) -> None:
    """The first begun is learned first, so the same sessions give the same lessons."""
    logs = []
    for day, more in enumerate(("", " now", " left now")):
        message = f"BasketError: the basket holds two loaves of bread and no butter{more}"
        log = Log(f"log {day}", start=NOON + timedelta(days=day)).opened().prompt("please")
        call = f"{day}"
        logs.append(log.call(call, "pytest -q").result(call, f"FAILED tests/a.py::test_x - {message}\n1 failed\n"))

    found = []
    for name, order in (("one", logs), ("two", logs[::-1]), ("three", [logs[1], logs[2], logs[0]])):
        config = load({}, os.environ | {"TWICESHY_HOME": str(scratch_home / name)}, scratch_home)
        lessons = learned(config, *order)
        found.append([(one.id, one.description, one.observations, one.first_seen) for one in lessons])

    assert found[0] == found[1] == found[2]
    assert sum(count for _, _, count, _ in found[0]) == 3


def test_cases_are_kept_where_they_will_be_merged_and_only_there(config: Config) -> None:
    """A store that did not keep them learns from its sessions once more."""
    learned(config, failed("one", 2))
    with Store.open(config.home, readonly=True) as store:
        assert store.get_derived(session_cases.KIND, failed("one").session) is None

    assert learn_lessons(config, keep_cases=True, now=lambda: NOW) == 1
    assert learn_lessons(config, keep_cases=True, now=lambda: NOW) == 0

    with Store.open(config.home, readonly=True) as store:
        kept = store.get_derived(session_cases.KIND, failed("one").session)
    assert kept is not None
    assert len(session_cases.split_cases(kept.value).cases) == 2
    (lesson,) = list_lessons(config, NOW)
    assert lesson.observations == 2
