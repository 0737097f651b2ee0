"""advice.brief_choice: which lessons a brief gives."""

from dataclasses import replace
from typing import Any

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.advice.brief_words import choose_standing, is_standing, select_close
from twiceshy.base.values import Severity
from twiceshy.records.lessons import Lesson, LessonState, NearLesson


def near(similarity: float) -> NearLesson:
    return NearLesson(lesson=a_lesson(), similarity=similarity, score=0)


def test_lessons_about_as_near_as_the_nearest_are_told() -> None:
    """And near enough; the order stays."""
    found = [near(0.5), near(0.91), near(1.0), near(0.89)]

    assert [one.similarity for one in select_close(found)] == [0.91, 1.0]
    assert [one.similarity for one in select_close(found, 0.95)] == [1.0]
    assert select_close(found, 1.1) == []
    assert select_close([]) == []
    assert len(select_close([near(0.5)], 0.5)) == 1
    script = a_lesson(description="NameError under python <script>")
    assert select_close([NearLesson(lesson=script, similarity=1.0, score=0), near(0.5)]) == [near(0.5)]


def lesson(number: int, **more: Any) -> Lesson:
    return a_lesson(
        **{"id": f"l-{number:016x}", "state": LessonState.ACTIVE, "confidence": 0.9, "scope_of": "shop"} | more
    )


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({}, True),
        ({"confidence": 0.85}, True),
        ({"confidence": 0.84}, False),
        ({"confidence": 0.1, "state": LessonState.PROMOTED}, True),
        ({"state": LessonState.SHADOW}, False),
        ({"scope_of": "api"}, False),
        ({"description": "NameError under python <script>"}, False),
        ({"scope_of": "", "scope": "user"}, False),
        ({"scope_of": "", "scope": "user", "state": LessonState.PROMOTED}, True),
        ({"scope_of": "", "scope": "team", "state": LessonState.PROMOTED}, True),
    ],
)
def test_a_sure_lesson_is_told_in_its_project_whatever_the_task(more: dict[str, Any], standing: bool) -> None:
    """A promoted one however sure it is, and wherever its scope says; another one in no other project."""
    assert is_standing(lesson(1, **more), "shop") is standing


def test_the_surest_lessons_are_told_promoted_ones_first() -> None:
    """Two at most, five where a person reviewed them; without those that are silent."""
    sure, surer, always, promoted, low = (
        lesson(1),
        lesson(2, confidence=0.95),
        lesson(3, always_inject=True),
        lesson(4, state=LessonState.PROMOTED, confidence=0.1),
        lesson(5, confidence=0.1),
    )

    def chosen(*known: Lesson, silent: frozenset[str] = frozenset()) -> list[str]:
        return [one.id[-1] for one in choose_standing(known, silent, "shop")]

    assert chosen(sure, surer, always, promoted, low) == ["4", "3"]
    assert chosen(sure, surer, low) == ["2", "1"]
    assert chosen(sure, surer, low, silent=frozenset({surer.id})) == ["1"]
    assert chosen(lesson(7), lesson(6)) == ["6", "7"]
    assert len(chosen(*(lesson(number, state=LessonState.PROMOTED) for number in range(9)), sure)) == 5


def test_the_gravest_come_first() -> None:
    """However sure the others are; what a person said yes to is told though it was measured to help nobody."""
    minor, major, critical = (
        lesson(number, severity=severity, confidence=confidence)
        for number, (severity, confidence) in enumerate(
            ((Severity.MINOR, 0.99), (Severity.MAJOR, 0.9), (Severity.CRITICAL, 0.86)), 1
        )
    )
    assert [one.id for one in choose_standing([minor, major, critical], frozenset(), "shop")] == [
        critical.id,
        major.id,
    ]

    yes = replace(minor, state=LessonState.PROMOTED)
    assert choose_standing([yes, major, critical], frozenset({yes.id}), "shop") == [yes, critical]
