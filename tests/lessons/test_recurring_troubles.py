"""lessons.recurring_troubles: one lesson a trouble, in words of ours, with its cases."""

import pytest
from tests.insights.kinds.histories import fail, session
from tests.lessons.builders import a_lesson

from twiceshy.lessons.call_patterns import find_call_patterns
from twiceshy.lessons.recurring_troubles import is_over, make_occurrences
from twiceshy.records.attempts import RecurringTrouble, TroubleCase
from twiceshy.records.lessons import LessonKind, Trigger


def trouble(
    slug: str = "login", project: str = "folder:/shop", subject: str = "git push", **more: str
) -> RecurringTrouble:
    one = session(fail())
    values = {"key": slug, "says": "`git push` fails because the login is not valid", "remedy": ""}
    return RecurringTrouble(
        slug=slug,
        project=project,
        subject=subject,
        cases=(
            TroubleCase(one, b"first", 1.0, "could not\nread", None, b"old"),
            TroubleCase(one, b"last", 2.0, "could not read", 60.0, b"new"),
        ),
        **values | more,
    )


def test_each_case_is_an_occurrence() -> None:
    """With its words on one line, and how long it took to go."""
    first, last = (one for _, one in make_occurrences(trouble()))

    assert (first.event, first.message, first.fixed) == (b"first", "could not read", False)
    assert (last.event, last.cost_s, last.fixed, last.source) == (b"last", 60.0, True, "trouble")
    assert last.template.trigger == Trigger(parameter="command", fingerprints=(b"new", b"old"))


def test_the_remedy_is_what_it_says() -> None:
    """And the fact its cause; without a remedy the fact is all."""
    (_, bare), *_ = make_occurrences(trouble())
    (_, told), *_ = make_occurrences(trouble(remedy="Never retry `git push`: stop and ask."))

    assert (bare.template.description, bare.template.cause) == ("`git push` fails because the login is not valid", "")
    assert told.template.description == "Never retry `git push`: stop and ask."
    assert told.template.cause == "`git push` fails because the login is not valid"


@pytest.mark.parametrize(("slug", "lessons"), [("login", 1), ("network", 1), ("hook", 2), ("missing-module", 2)])
def test_only_the_machines_own_trouble_is_one_in_all_projects(slug: str, lessons: int) -> None:
    """A hook or a module is a project's."""
    keys = {
        one.template.key
        for project in ("folder:/shop", "folder:/api")
        for _, one in make_occurrences(trouble(slug, project))
    }

    assert len(keys) == lessons


def test_a_missing_program_can_be_known_before_the_call() -> None:
    """A task of a program too; other trouble cannot."""
    steps = [
        next(make_occurrences(trouble(slug, subject=subject)))[1].template.steps
        for slug, subject in (("missing-program", "tox"), ("missing-program", "npm run lint"), ("login", "git"))
    ]

    assert [bool(some) for some in steps] == [True, True, False]
    assert find_call_patterns("npm run lint", "command", steps[1])[0]
    assert steps[0][0].validation is not None
    assert steps[0][0].validation.check == "program == 'tox'"


def test_trouble_that_recurs_no_more_is_over() -> None:
    """Lessons of other kinds never are."""
    lesson = a_lesson(kind=LessonKind.MACHINE)

    assert is_over(lesson, frozenset())
    assert not is_over(lesson, frozenset({lesson.id}))
    assert not is_over(a_lesson(), frozenset())
