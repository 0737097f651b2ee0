"""advice.lesson_forms: which calls have the wrong form that a lesson warns of, found as the gate finds them."""

from typing import Any

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.advice import lesson_forms
from twiceshy.advice.lesson_forms import collect_forms, condition_of, group_forms, key_of, match_calls
from twiceshy.commands.keys import gate_keys
from twiceshy.records.lessons import COMMAND, CallPattern, Lesson, LessonState
from twiceshy.records.rules import Fate, RuleKind, SessionCall, Trial

SALT = b"s" * 32
FLAG = CallPattern("npm test", COMMAND, "--wach")
PATH = CallPattern("read", "path", "^src")
ANY = CallPattern("read", "", "")
AFTER = CallPattern("git push", COMMAND, "push", "git pull")


def said(*patterns: CallPattern, **more: Any) -> list[tuple[Lesson, list[CallPattern]]]:
    return [(a_lesson(**{"state": LessonState.ACTIVE} | more), list(patterns))]


def ran(command: str, number: int = 1, **more: Any) -> SessionCall:
    values: dict[str, Any] = {"run": None, "tool": "Bash", "action": "run", "masked": False, "failure": None}
    values |= {"error": b"", "given": "{}"}
    return SessionCall(uid=bytes([number]), command=command, **values | more)


def read(given: str, **more: Any) -> SessionCall:
    return ran("", **{"tool": "Read", "action": "read", "given": given} | more)


PROMPT = ran("", action="", tool="")._replace(uid=None)


def trials(pattern: CallPattern, *calls: SessionCall) -> list[Trial]:
    return list(match_calls(calls, group_forms(collect_forms([], said(pattern)))))


def test_forms_remember_the_first_session_that_proposed_them() -> None:
    """One that lessons state today and no session proposed comes behind all; said are those that may be shown."""
    found = collect_forms([said(FLAG), said(FLAG, PATH)], said(PATH, ANY))

    known = {form.wrong: form for form in found}
    assert {wrong: (form.since, form.said) for wrong, form in known.items()} == {
        FLAG: (0, False),
        PATH: (1, True),
        ANY: (2, True),
    }
    assert {len(form.id) for form in found} == {9}
    assert found == sorted(found)
    assert known[FLAG].is_command
    assert not known[PATH].is_command
    assert known[FLAG].program == "npm"


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"state": LessonState.PROMOTED}, True),
        ({"state": LessonState.SHADOW}, False),
        ({"state": LessonState.MUTED}, False),
        ({"quoted": True}, False),
    ],
)
def test_only_lessons_that_may_be_shown_say_their_form(more: dict[str, Any], shown: bool) -> None:
    """A user's own words never are."""
    (form,) = collect_forms([], said(FLAG, **more))
    assert form.said is shown


def test_a_form_has_the_same_id_whatever_its_lesson_says() -> None:
    """Another pattern, or another lesson, is another form."""
    first, second = said(FLAG, description="a"), said(FLAG._replace(expected="x"), description="b")
    assert len(collect_forms([first, second], [])) == 1
    assert len(collect_forms([first, said(FLAG._replace(pattern="x")), said(FLAG, id="l-00000000000000cc")], [])) == 3


def test_calls_of_the_form_are_tried() -> None:
    """By how they ended: whether a refused call would have worked nobody knows."""
    calls = [
        ran("npm test --wach", 1, failure="error", error=b"e"),
        ran("npm test --watch", 2),
        ran("CI=1 npm test --wach", 3),
        ran("yarn test --wach", 4, failure="error"),
        ran("npm test --wach", 5, failure="rejected"),
        ran("npm test --wach", 6, failure="no result"),
        ran("npm test --wach | tail", 7, masked=True),
        ran("npm test --wach | tail", 8, masked=True, failure="error"),
        ran("npm test --wach", 9, action="read"),
    ]

    found = trials(FLAG, *calls)

    assert [(one.call[0], one.fate) for one in found] == [(1, Fate.FAILED), (3, Fate.FINE), (8, Fate.FAILED)]
    assert [one.error for one in found] == [b"e", b"", b""]
    assert {one.kind for one in found} == {RuleKind.LESSON}
    assert all(one.applies for one in found)


@pytest.mark.parametrize(
    ("given", "hit"),
    [
        ('{"path": "src/a.py"}', True),
        ('{"path": "a.py"}', False),
        ('{"path": 7}', False),
        ('{"path": ""}', False),
        ("{}", False),
    ],
)
def test_a_tool_s_input_has_the_form_by_its_parameter(given: str, hit: bool) -> None:
    """Only where it is a text; a form without a parameter is any call of the tool."""
    assert bool(trials(PATH, read(given))) is hit
    assert len(trials(ANY, read(given))) == 1
    assert trials(ANY, read(given, tool="Write")) == []


def test_a_command_that_may_be_cut_has_no_form_that_expects_something() -> None:
    """What is missing at its end may be what was expected."""
    long = ran("npm test --wach " + "x" * gate_keys.LONGEST_COMMAND)
    assert len(trials(FLAG, long)) == 1
    assert trials(FLAG._replace(expected="--watch"), long) == []
    assert len(trials(FLAG._replace(expected="--watch"), ran("npm test --wach"))) == 1


def test_what_has_to_come_first_is_looked_for_among_the_last_ten_calls() -> None:
    """Of the same dialogue; a prompt counts as a call, and a call that was not made does not."""
    push = ran("git push", 9)
    filler = [ran("ls")] * 9

    def applies(*before: SessionCall) -> bool:
        return trials(AFTER, *before, push)[-1].applies

    assert applies()
    assert not applies(ran("git pull"))
    assert not applies(ran("git pull"), *filler)
    assert applies(ran("git fetch"))
    assert applies(ran("git pull"), *filler, ran("ls"))
    assert applies(ran("git pull"), *filler, PROMPT)
    assert not applies(ran("git pull"), *filler, ran("ls", failure="rejected"))
    assert applies(ran("git pull", run=b"another"))


def test_what_would_have_to_come_before_itself_is_no_form() -> None:
    """`kubectl get` without `kubectl get` says nothing."""
    assert collect_forms([], said(AFTER._replace(subject="git push", first="git push origin"))) == []


def test_a_tool_that_has_to_come_first_is_known_by_its_whole_name() -> None:
    """A command by its first word."""
    form = AFTER._replace(first="mcp__Docs__search")
    push = ran("git push", 9)
    assert not trials(form, read("{}", tool="mcp__docs__search"), push)[0].applies
    assert trials(form, ran("mcp"), push)[0].applies


def test_the_gate_finds_a_form_by_its_program_or_tool() -> None:
    """With its further condition."""
    command, tool, after, named = (
        collect_forms([], said(one))[0] for one in (FLAG, PATH, AFTER, AFTER._replace(first="mcp__docs__search"))
    )

    assert key_of(command, SALT) == gate_keys.key_of_program("npm", SALT)
    assert key_of(tool, SALT) == gate_keys.key_of_tool_name("read", SALT)
    assert (condition_of(command, SALT), condition_of(tool, SALT)) == ("", "input:path")
    assert condition_of(after, SALT) == f"lacks:{gate_keys.make_spool_run('git pull', SALT)}"
    assert condition_of(named, SALT) == f"without:{gate_keys.make_spool_tool('mcp__docs__search', SALT)}"
    assert lesson_forms.collect_forms([], []) == []
