"""lessons.checks: comparisons are read and walked, and nothing that a text says is ever run."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.lessons.check_language import CheckError, check_holds, compile_pattern, refuses
from twiceshy.records.lessons import Validation

CALL = {"tag": "abc1234", "n": 3, "options": ["-f", "--all"], "empty": ""}


@pytest.mark.parametrize(
    ("check", "worth"),
    [
        ("len(tag) < 40", True),
        ("len(tag) >= 40", False),
        ("tag == 'abc1234' and n == 3", True),
        ("tag != 'abc1234' or n > 2.5", True),
        ("'--all' in options", True),
        ("'--no' not in options", True),
        ("n in [1, 2, 3]", True),
        ("not (n in [1, 2])", True),
        ("not empty", True),
        ("not not empty", False),
        ("matches(tag, '[0-9a-f]{7}')", True),
        ("matches(tag, '[0-9a-f]{40}')", False),
        ("starts(tag, 'abc') and ends(tag, '4')", True),
        ("n < 'x'", False),
        ("tag == 'it\\'s'", False),
        ("n == true", False),
        ("missing == 1", None),
    ],
)
def test_comparisons(check: str, worth: bool | None) -> None:
    """Each sign and function; a name that the call does not have gives no answer."""
    assert check_holds(check, CALL) is worth


@pytest.mark.parametrize(
    "check",
    [
        "",
        "len(tag",
        "tag.__class__()",
        "__import__('os')",
        "open('x')",
        "tag ==",
        "[1, 2",
        "n + 1",
        "n; n",
        "lambda: 1",
        "matches(tag, n)",
        "matches(tag, '(')",
        "matches(tag, '(a+)+')",
        "(" * 40 + "n" + ")" * 40,
        "n " * 300,
    ],
)
def test_anything_else_is_refused(check: str) -> None:
    """Calls, attributes, arithmetic and slow patterns are no checks."""
    with pytest.raises(CheckError):
        check_holds(check, CALL)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(check: str) -> None:
    """Whatever stands in a file: a verdict or a refusal."""
    with contextlib.suppress(CheckError):
        assert check_holds(check, CALL) in {True, False, None}


@pytest.mark.parametrize("text", ["(a*)*b", "(a|b+)+c", "(?=a)b", r"(a)\1", "(?:x{1,9}){2,99}"])
def test_patterns_that_could_take_long_are_refused(text: str) -> None:
    """Repetitions in repetitions, references and looks around."""
    with pytest.raises(CheckError):
        compile_pattern(text)


def test_a_pattern_that_is_taken_is_fast() -> None:
    """On the longest value, against what it likes least."""
    began = time.process_time()
    assert refuses(Validation(regex=r".*.*a"), "x", {"x": "b" * 100_000})
    assert time.process_time() - began < 1


def test_what_a_validation_refuses() -> None:
    """A check that is true, a pattern that does not match; a broken one refuses nothing."""
    assert refuses(Validation(check="len(tag) < 40"), "tag", CALL)
    assert refuses(Validation(regex="[a-f0-9]{40}"), "tag", CALL)
    assert not refuses(Validation(regex="[a-f0-9]{7}", check="n == 4"), "tag", CALL)
    assert not refuses(Validation(check="import os", regex="("), "tag", CALL)
    assert not refuses(Validation(regex="a"), "other", CALL)
