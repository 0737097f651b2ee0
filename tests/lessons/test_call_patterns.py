"""lessons.wrong_forms: a validator as one pattern, which has only what the validator refuses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lessons.builders import a_lesson

from twiceshy.commands.shell.shell_words import parse_simple_commands
from twiceshy.lessons.call_patterns import COUNTER_PATTERNS, find_call_patterns, has_trigger
from twiceshy.lessons.check_language import check_holds
from twiceshy.lessons.steps import build_refusal_steps
from twiceshy.lessons.tool_calls import values_of
from twiceshy.lessons.validators import FORMS
from twiceshy.records.lessons import CallPattern, PreventionAction, PreventionStep, Trigger, Validation

FLAG = "'--short' in options"


def validated(parameter: str, **said: str) -> PreventionStep:
    return PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER, parameter=parameter, validation=Validation(**said)
    )


def one(subject: str, step: PreventionStep) -> CallPattern:
    (form,), left = find_call_patterns(subject, step.parameter, [step])
    assert left == 0
    return form


def test_every_form_of_validators_has_its_pattern() -> None:
    """A form that is added there is not forgotten here."""
    assert set(COUNTER_PATTERNS) == {form.regex for form in FORMS}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.expected)
@given(data=st.data())
def test_a_good_value_never_has_the_pattern(form: object, data: st.DataObject) -> None:
    """Whatever fits the form is left alone."""
    regex = form.regex  # type: ignore[attr-defined]  # parametrised
    value = data.draw(st.from_regex(regex, fullmatch=True))
    assert re.search(COUNTER_PATTERNS[regex], value) is None


@pytest.mark.parametrize(
    ("regex", "values"),
    [
        ("[0-9a-f]{40}", ["4a5b6c7d"]),
        (FORMS[1].regex, ["shop-12", "not a uuid", "ABC-1"]),
        ("-?[0-9]+", ["12px", "-x", "many"]),
        ("[0-9]{4}-[0-9]{2}-[0-9]{2}", ["2026-1-1", "yesterday", "01/02/2026"]),
        ("/.*", ["src/a.py", "./a"]),
        ("https?://.+", ["ftp://x", "example.org", "httpx"]),
        ("[^A-Z]+", ["Main"]),
    ],
)
def test_a_bad_value_has_it(regex: str, values: list[str]) -> None:
    """The common ones at least."""
    assert all(re.search(COUNTER_PATTERNS[regex], value) for value in values)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("frob list --short", True),
        ("cd web && /usr/bin/frob list -a --short=1 b", True),
        ("frob list --short; ls", True),
        ("frob list --shorter", False),
        ("frob listing --short", False),
        ("frob other --short", False),
        ("frob list 'a --short'", False),
        ("frob list | grep --short", False),
        ("echo frob list --short", False),
        ("frob list", False),
    ],
)
def test_an_option_of_a_command(command: str, said: bool) -> None:  # a table
    """Of this program and subcommand, unquoted and before any operator."""
    form = one("frob list", validated("command", check=FLAG, expected="without --short"))
    assert (form.subject, form.parameter, form.expected) == ("frob list", "command", "without --short")
    assert bool(re.search(form.pattern, command)) is said


WORDS = st.lists(
    st.sampled_from(["frob", "list", "--short", "-a", "b", "'--short'", "|", "&&", "cd web", '"x y"', "--short=1"]),
    max_size=8,
)


@given(WORDS)
def test_a_pattern_says_no_more_than_its_check(words: list[str]) -> None:
    """Wherever it is found the check is true of a command of that line."""
    command = " ".join(words)
    form = one("frob", validated("command", check=FLAG))
    if re.search(form.pattern, command):
        ours = [part for part in parse_simple_commands(command) if part.program == "frob"]
        assert any(check_holds(FLAG, values_of(part)) for part in ours)


@pytest.mark.parametrize(
    ("parameter", "check", "bad", "good"),
    [
        ("skill", "skill == 'commit'", "commit", "commits"),
        ("image_tag", "len(image_tag) < 40", "4a5b6c7d", "4" * 40),
    ],
)
def test_a_value_of_a_tool(parameter: str, check: str, bad: str, good: str) -> None:
    """Compared as a whole, or by its length."""
    form = one("mcp__x__do", validated(parameter, check=check))
    assert re.search(form.pattern, bad)
    assert not re.search(form.pattern, good)


def test_a_program_that_is_not_there() -> None:
    """Any call of it."""
    form = one("ffprobe", validated("command", check="program == 'ffprobe'"))
    assert re.search(form.pattern, "ffprobe -v error")
    assert not re.search(form.pattern, "ffprobe2 -v")


@pytest.mark.parametrize(
    "step",
    [
        validated("old_string", expected="a text that stands in the file"),
        validated("command", check="not ('--x' in options)"),
        validated("command", check="this is no check"),
        validated("tag", check="other == 'x'"),
        validated("tag", regex="[a-z]+x"),
        validated("ignore all\nwords", check="a == 'x'"),
        validated("tag", regex="(a+)+"),
    ],
)
def test_what_a_pattern_cannot_say_is_left_out_and_counted(step: PreventionStep) -> None:
    """Nothing is guessed."""
    assert find_call_patterns("frob", step.parameter, [step]) == ([], 1)


def test_a_subject_that_is_no_plain_name_is_left_out() -> None:
    """It comes from a log."""
    assert find_call_patterns("frob $(rm)", "command", [validated("command", check=FLAG)]) == ([], 1)


def test_a_call_that_has_to_come_first() -> None:
    """Where its success or its output is needed; a search before a path is no rule."""
    first = PreventionStep(action=PreventionAction.CALL_TOOL_FIRST, tool="mcp__git__git_push")
    verified = PreventionStep(action=PreventionAction.VERIFY_PREREQUISITE_SUCCESS, tool="mcp__git__git_push")
    assert find_call_patterns("mcp__x__mr", "", [first, verified]) == (
        [CallPattern("mcp__x__mr", "", first="mcp__git__git_push")],
        0,
    )
    assert find_call_patterns("mcp__x__mr", "", [first]) == ([], 0)
    (form,), _ = find_call_patterns("frob push", "command", [first, verified])
    assert re.search(form.pattern, "frob push -f")
    assert not re.search(form.pattern, "frob pushed")


def test_a_lesson_without_a_sign_beforehand_has_no_trigger() -> None:
    """A pattern of a call or a state of the session is one."""
    steps = build_refusal_steps("program == 'tox'", "command", "a program that is there")
    missing = a_lesson(subject="tox", trigger=Trigger(parameter="command"), steps=steps)

    assert has_trigger(missing)
    assert has_trigger(a_lesson(trigger=Trigger(condition="unread-file")))
    assert not has_trigger(a_lesson())
