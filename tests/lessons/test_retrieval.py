"""Which lessons are near enough, and which comes first."""

from datetime import timedelta

import pytest
from tests.lessons.builders import SEEN, a_lesson

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.retrieval import (
    LessonCandidate,
    LessonFilter,
    blend_similarities,
    compare_letters,
    compute_lift,
    find_error_codes,
    is_error,
    make_query_text,
    matches_filter,
    rank_nearest,
    text_of_lesson,
)
from twiceshy.records.findings import Severity
from twiceshy.records.lessons import Lesson, LessonState

NOW = SEEN + timedelta(days=1)
ANY = LessonFilter()


def one(number: int, **more: object) -> Lesson:
    return a_lesson(id=f"l-{number:016x}", slug=f"x_{number}", **{"state": LessonState.ACTIVE, **more})


def order(*pairs: tuple[Lesson, float], wanted: LessonFilter = ANY, k: int = 9) -> list[str]:
    found = [LessonCandidate(lesson, value, value) for lesson, value in pairs]
    return [near.lesson.slug for near in rank_nearest(found, wanted, NOW, k=k)]


def test_the_most_similar_first_however_near() -> None:
    """At most k; what is not like the text at all is left out."""
    assert order((one(1), 0.5), (one(2), 0.7), (one(3), 0.02)) == ["x_2", "x_1", "x_3"]
    assert order((one(1), 0.5), (one(2), 0.7), k=1) == ["x_2"]
    assert order((one(1), 0.0)) == []


def test_letters_and_words_decide_together() -> None:
    """Similarity is that of letters; the best by both has a closeness of 1, equal ones share their place."""
    (first, second, third) = compare_letters(
        "rotate the refreshToken", ["refresh tokens rotate", "a token was refreshing", "paint the fence"]
    )

    assert first == (max(first[0], second[0], third[0]), 1.0)
    assert 1.0 > second[1] > third[1] > 0
    assert [round(closeness, 3) for _, closeness in compare_letters("x", ["a", "b"])] == [0.957, 0.957]
    assert compare_letters("x", []) == []


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"observations": 50}, {"observations": 2}),
        ({"last_seen": SEEN}, {"last_seen": SEEN - timedelta(days=300)}),
        ({"last_seen": SEEN}, {"last_seen": None}),
        ({"severity": Severity.CRITICAL}, {"severity": Severity.MINOR}),
    ],
)
def test_among_the_equally_near_weight_decides(more: dict[str, object], less: dict[str, object]) -> None:
    """Often, lately, severe; but a lesson that is clearly nearer comes first all the same."""
    assert order((one(1, **less), 0.5), (one(2, **more), 0.5)) == ["x_2", "x_1"]
    assert order((one(1, **less), 0.6), (one(2, **more), 0.5)) == ["x_1", "x_2"]


def test_the_same_model_first() -> None:
    """Others' lessons count less; where no model is named, or the lesson knows none, nothing is taken off."""
    own, foreign, unknown = one(1, models={"m": 1}), one(2, models={"n": 9}), one(3)

    assert order((foreign, 0.52), (own, 0.5), wanted=LessonFilter(model="m")) == ["x_1", "x_2"]
    assert order((foreign, 0.52), (own, 0.5)) == ["x_2", "x_1"]
    assert compute_lift(unknown, "m", NOW) == compute_lift(unknown, "", NOW)


@pytest.mark.parametrize(
    ("lesson", "wanted", "expected"),
    [
        ({}, ANY, True),
        ({"state": LessonState.SHADOW}, ANY, False),
        ({"state": LessonState.MUTED}, ANY, False),
        ({"state": LessonState.PROMOTED}, ANY, True),
        ({"state": LessonState.SHADOW}, LessonFilter(states=frozenset(LessonState)), True),
        ({}, LessonFilter(tool="Python"), True),
        ({}, LessonFilter(tool="git"), False),
        ({"scope_of": "shop"}, LessonFilter(project="shop"), True),
        ({"scope_of": "shop"}, LessonFilter(project="other"), False),
        ({"scope_of": "shop"}, ANY, True),
        ({"scope": "user", "scope_of": "shop"}, LessonFilter(project="other"), True),
        ({"scope_of": ""}, LessonFilter(project="other"), True),
    ],
)
def test_what_may_be_found(lesson: dict[str, object], wanted: LessonFilter, expected: bool) -> None:
    """By state, tool and project; a lesson that holds wider than its project is found everywhere."""
    assert matches_filter(one(1, **lesson), wanted) is expected


@pytest.mark.parametrize(
    "text",
    [
        "TypeError: 'int' object is not callable",
        "src/app.ts(2,5): error TS2304: Cannot find name 'x'.",
        "npm ERR! missing script: lint",
        "bash: rg: command not found",
        "fatal: not a git repository",
        "main.go:14:2: declared and not used: cfg",
        "thread 'main' panicked at src/main.rs:8:50",
        "429 Too Many Requests",
    ],
)
def test_what_a_program_said_is_told_from_a_persons_words(text: str) -> None:
    """By marks of its look."""
    assert is_error(text)
    assert is_error(f"I ran it and got this:\n\n{text}\nwhat now")


@pytest.mark.parametrize(
    "text", ["", "make error messages shorter", "add a page for 404s", "why did this fail last week"]
)
def test_a_persons_words_are_no_error(text: str) -> None:
    """Though they speak of one."""
    assert not is_error(text)


def test_letters_count_only_in_errors() -> None:
    """There a shared name or code lifts a lesson above one that is as near in meaning."""
    words = ["typescript: TS2304 cannot find a name", "typescript: something undefined"]

    meanings = blend_similarities("error TS2304: Cannot find name 'quokka'.", words, [0.5, 0.5])
    assert meanings[0] > meanings[1]
    assert blend_similarities("a name is missing", words, [0.5, 0.4]) == [0.5, 0.4]
    assert blend_similarities("TypeError: x", [], []) == []


def test_what_is_compared() -> None:
    """Subject, description and cause; the tool of a question where it is known."""
    assert text_of_lesson(one(1)).startswith("python: a coroutine was never awaited. a call")
    assert text_of_lesson(one(1, root_cause=Scrubbed(""))) == "python: a coroutine was never awaited"
    assert (make_query_text("x", "git"), make_query_text("x", "")) == ("git: x", "x")


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ('tsc TS2322: "Type is not assignable"', False),
        ('tsc TS2304: "Cannot find name"', True),
        ("Names are used that nothing declares", True),
        ('rustc E0425: "cannot find value"', True),
    ],
)
def test_another_error_of_the_same_tool_is_something_else(description: str, found: bool) -> None:
    """However alike the words are; what names no error of that tool may still fit."""
    wanted = LessonFilter(codes=find_error_codes("src/app.ts(2,5): error TS2304: Cannot find name 'x'."))

    assert matches_filter(one(1, description=Scrubbed(description)), wanted) is found
    assert matches_filter(one(1, description=Scrubbed(description)), ANY)
