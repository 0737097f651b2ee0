"""Lessons that briefs told: what became of them counts, and a success never lowers belief."""

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored, uid

from twiceshy.advice.recipes import advice_effects
from twiceshy.archive import rule_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads.rules import BriefCounts
from twiceshy.base.config import Config, load
from twiceshy.lessons.recipes import learn_from_sessions
from twiceshy.lessons.recipes.current_lessons import find_retired_lessons, list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.lessons.recipes.lesson_reviews import show_lesson
from twiceshy.records.events import Failure
from twiceshy.records.lessons import Lesson
from twiceshy.records.rules import Advice, Level, RuleKind

NOW = NOON + timedelta(days=1)
RED = "src/shop.py(2,5): error TS2304: Cannot find name 'quokka'.\nFound 1 error in src/shop.py:2\n"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def failing(name: str, *, edits: bool = True) -> Log:
    """A session in which it happened once, after an edit."""
    return working(name, edits=edits).call(f"{name} red", "npx tsc").result(f"{name} red", RED, Failure.ERROR)


def working(name: str, *, edits: bool = True) -> Log:
    """A session in which it did not happen."""
    log = Log(name).opened().prompt("please").reply("yes").call(f"{name} ls", "ls").result(f"{name} ls", "src")
    return log.edit(f"{name} ls", "x", "y") if edits else log


def learned(config: Config, logs: Iterable[Log]) -> Lesson:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)
    learn_lessons(config, now=lambda: NOW)
    (lesson,) = list_lessons(config, NOW)
    return lesson


def tell(config: Config, lesson: Lesson, sessions: Iterable[str], *, shown: bool = True, after_s: float = 0) -> None:
    """What the hook notes of a brief, folded."""
    told = [
        Advice(
            uid=uid("told", name),
            rule=bytes.fromhex(lesson.id[2:]),
            session=Log(name).session,
            agent="claude-code",
            event="UserPromptSubmit",
            level=Level.INFORM,
            shown=shown,
            at=NOON + timedelta(seconds=after_s),
            category=RuleKind.TOLD,
        )
        for name in sessions
    ]
    with Store.open(config.home) as store, store.begin_writing() as connection:
        rule_rows.put_advice(connection, told)


def test_told_and_not_made_again_is_a_success_and_raises_belief(config: Config) -> None:
    """Where there was occasion; a session without one, and one whose log is not stored, say nothing."""
    first = learned(config, [failing("one"), failing("two"), failing("three")])
    tell(config, first, ["four", "five", "unknown"])

    lesson = learned(config, [working("four"), working("five", edits=False)])

    assert (lesson.warnings, lesson.successes, lesson.failures) == (3, 1, 0)
    assert lesson.confidence > first.confidence
    assert show_lesson(config, lesson.id, NOW).told == BriefCounts(
        times=3, held_back=0, known=2, again=0, no_occasion=1
    )


def test_told_and_made_again_is_neither_success_nor_fault(config: Config) -> None:
    """What was seen before it was told does not count as again; belief grows by the observation alone."""
    first = learned(config, [failing("one"), failing("two"), failing("three")])
    tell(config, first, ["three"], after_s=3_600)
    tell(config, first, ["four"])

    lesson = learned(config, [failing("four")])

    assert (lesson.warnings, lesson.successes, lesson.failures, lesson.observations) == (2, 0, 0, 4)
    assert show_lesson(config, lesson.id, NOW).told == BriefCounts(
        times=2, held_back=0, known=2, again=1, no_occasion=1
    )
    assert lesson.confidence > first.confidence


def test_telling_counts_for_no_more_than_what_was_seen(config: Config) -> None:
    """A lesson told in many sessions does not grow sure by that alone; counted twice is counted once."""
    first = learned(config, [failing("one"), failing("two")])
    names = [f"s{number}" for number in range(6)]
    tell(config, first, names)

    lesson = learned(config, map(working, names))
    again = learned(config, [])

    assert (lesson.warnings, lesson.successes) == (again.warnings, again.successes) == (6, 2)


def test_a_session_held_back_is_the_comparison(config: Config) -> None:
    """The estimator has both sides under the lesson's own id; lessons count only what was shown."""
    first = learned(config, [failing("one"), failing("two")])
    tell(config, first, ["four"])
    tell(config, first, ["five"], shown=False)

    lesson = learned(config, [working("four"), failing("five")])
    (rule,) = advice_effects.measure_advice_effects(config).rules

    assert (lesson.warnings, lesson.successes) == (1, 1)
    assert (rule.rule, rule.category) == (lesson.id, "told")
    assert (rule.arms.bad, rule.arms.shown, rule.arms.held_bad, rule.arms.held) == (0, 1, 1, 1)


def test_a_lesson_that_is_told_in_vain_is_told_no_more(config: Config) -> None:
    """Where it came again as often as without; of rules at calls nothing is said by that."""
    first = learned(config, [failing("one"), failing("two")])
    told, held = [f"t{number}" for number in range(16)], [f"h{number}" for number in range(16)]
    tell(config, first, told)
    tell(config, first, held, shown=False)

    assert find_retired_lessons(config) == frozenset()
    learned(config, [*map(failing, told), *map(working, held)])

    assert find_retired_lessons(config) == {first.id}
    with Store.open(config.home, readonly=True) as store:
        assert learn_from_sessions.find_retired(store) == [first.id]
        assert advice_effects.find_retired_rules(store) == {}
