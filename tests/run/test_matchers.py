"""Searching blocks finds exactly the lines that searching each line would find."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run.exits import PatternError
from twiceshy.run.matchers import LineSearch
from twiceshy.run.verdicts import Judge


def plan_of(*regexes: str, **settings: object) -> RunPlan:
    plan = RunPlan()
    plan.watches = tuple(Watch("match", regex) for regex in regexes)
    plan.max_count = 10**9
    for name, value in settings.items():
        setattr(plan, name, value)
    return plan


def found(plan: RunPlan, *blocks: bytes) -> list[tuple[int, bytes]]:
    """The numbers and texts of the lines hit."""
    judge = Judge(plan)
    lines = judge.lines_of("stdout")
    assert lines is not None
    for block in blocks:
        lines.feed(block)
    lines.close()
    return [(event.number, event.line) for event in judge.events]


@pytest.mark.parametrize(
    ("regex", "settings", "text"),
    [
        ("ERROR", {}, b"error\nwarning\n"),
        ("a.c", {}, b"a\nc\n"),
        ("ab", {}, b"a\nb\n"),
        ("^b$", {}, b"abc\nb c\n"),
        ("err", {"word": True}, b"error\nerr_\n"),
        ("err", {"whole_line": True}, b"an err\nerr.\n"),
        (r"a\s+b", {}, b"a\n b\n"),
        (r"\Ab", {}, b"ab\n"),
    ],
)
def test_what_no_line_says_is_not_found(regex: str, settings: dict[str, object], text: bytes) -> None:
    """Nothing is found across a line's end, nor by half a word."""
    assert found(plan_of(regex, **settings), text) == []


@pytest.mark.parametrize(
    ("regex", "settings", "text", "wanted"),
    [
        ("b", {}, b"a\nb\nc\nab", [(2, b"b"), (4, b"ab")]),
        ("^b$", {}, b"ab\nb\r\n", [(2, b"b")]),
        (r"\s+b", {}, b"a\n  b\n", [(2, b"  b")]),
        (r"\Ab\z", {}, b"a\nb\n", [(2, b"b")]),
        ("B", {"ignore_case": True}, b"b\n", [(1, b"b")]),
        ("err", {"word": True}, b"an err.\n", [(1, b"an err.")]),
        ("err", {"whole_line": True}, b"err\r\n", [(1, b"err")]),
        ("a", {"invert": True}, b"a\nb\n\n", [(2, b"b"), (3, b"")]),
        ("ü+", {}, "grün üü\n".encode(), [(1, "grün üü".encode())]),
        ("fail.*d", {}, b"fail\xff\xfed\n", [(1, b"fail\xff\xfed")]),
        ("(?P<x>a)", {}, b"a\n", [(1, b"a")]),
    ],
)
def test_what_a_line_says_is_found(
    regex: str, settings: dict[str, object], text: bytes, wanted: list[tuple[int, bytes]]
) -> None:
    """With its number, without its line end."""
    assert wanted == found(plan_of(regex, **settings), text)


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(st.sampled_from([b"a", b"b", b" ", b"\n", b"\r\n", b"\xff", b"ab ", b"\n\n"]), max_size=40).map(
        b"".join
    ),
    cuts=st.lists(st.integers(0, 60), max_size=5),
    regex=st.sampled_from(["a", "^a", "b$", "a b", r"\bab\b", "^$", "a.", r"\s", "[^a]b", r"a\s*b", "^ *b"]),
)
def test_blocks_and_lines_agree(text: bytes, cuts: list[int], regex: str) -> None:
    """However the text is cut into blocks, the lines found are those that Python's own engine finds one by one."""
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    blocks = [text[start:end] for start, end in pairwise(places) if start < end]
    lines = text.replace(b"\r\n", b"\n").split(b"\n") if "$" in regex else text.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    wanted = [(number, line) for number, line in enumerate(lines, 1) if re.search(regex.encode(), line)]

    assert wanted[:100] == found(plan_of(regex, context=0), *blocks)
    assert wanted[:100] == list(dict.fromkeys(found(plan_of(regex, "zz|zzz", context=0), *blocks)))


def test_a_line_counts_once_though_it_was_searched_unfinished() -> None:
    """A prompt is found before its newline, and not again with it."""
    judge = Judge(plan_of("name"))
    lines = judge.lines_of("stdout")
    assert lines is not None
    lines.feed(b"Your name")
    lines.search_unfinished()
    lines.feed(b"? bird\nmy name\n")

    assert [event.number for event in judge.events] == [1, 2]


def test_a_match_in_an_endless_line_is_found_once() -> None:
    """Also where it lies across two of the pieces in which such a line is searched."""
    judge = Judge(plan_of("needle"))
    lines = judge.lines_of("stdout")
    assert lines is not None
    hay = b"." * (LineSearch.WINDOW - 3)
    lines.feed(hay)
    lines.feed(b"needle" + hay)
    lines.feed(hay + b"\nnext needle\n")

    assert [event.number for event in judge.events] == [1, 2]
    assert all(len(event.line) <= 2000 for event in judge.events)


def test_context_reaches_across_blocks() -> None:
    """Lines before and after, wherever the blocks were cut."""
    judge = Judge(plan_of("X", context=2))
    lines = judge.lines_of("stdout")
    assert lines is not None
    for block in (b"1\n", b"2\n3", b"\n", b"X\n4\n", b"5\n6\n"):
        lines.feed(block)

    (event,) = judge.events
    assert (event.before, event.after) == ([b"2", b"3"], [b"4", b"5"])


@pytest.mark.parametrize("regex", ["(", "a(?=b)", r"\1", "[z-a]"])
def test_a_pattern_that_is_not_understood_is_refused(regex: str) -> None:
    """With its own text in the message."""
    with pytest.raises(PatternError, match=re.escape(regex)):
        Judge(plan_of(regex))


def test_patterns_look_where_they_are_told() -> None:
    """A stream that nothing looks at is not cut into lines at all."""
    on_stderr = Judge(plan_of("x", on="stderr"))
    assert (on_stderr.lines_of("stdout"), on_stderr.lines_of("stderr") is not None) == (None, True)
    both = Judge(plan_of("x"))
    assert (both.lines_of("stderr") is not None, both.lines_of("fd3")) == (True, None)
