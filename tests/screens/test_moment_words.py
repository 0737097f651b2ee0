"""screens.moment_words: what a moment is called, and what is left out."""

from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.views import EditLine, TimelineEntry
from twiceshy.screens.moment_words import classify_quiet, describe_change, extract_text, label_moment

INPUTS = [
    ("no input", "", ""),
    ("words stay", "pytest -q", "pytest -q"),
    ("nothing in it", "{}", "{}"),
    ("no text in it", '{"n": 3}', '{"n": 3}'),
    ("what it is about", '{"subagent_type": "Explore", "description": "Find callers"}', "Find callers"),
    ("cut short", '{"subject":"Add CSS cla', "Add CSS cla"),
    ("quotes inside", '{"question": "Keep \\"old\\" names?\\nOr not?"}', 'Keep "old" names?\nOr not?'),
    ("only values", '{"taskId": "1", "status": "in_progress"}', "1 in_progress"),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in INPUTS], ids=[row[0] for row in INPUTS])
def test_an_input_in_json_is_told_by_what_it_is_about(text: str, expected: str) -> None:
    """The field that tells most, unescaped; all other texts as they are."""
    assert extract_text(text) == expected


def test_a_long_input_without_an_end_takes_no_long() -> None:
    """An unclosed string of backslashes is read once."""
    text = '{"x":"' + "\\" * 100_001

    assert len(extract_text(text)) <= len(text)


def a_moment(kind: str, name: str, **more: Any) -> TimelineEntry:
    return TimelineEntry(kind=kind, uid=b"u", name=Scrubbed(name), at=None, agent_run=None, text=Scrubbed(""), **more)


MOMENTS = [
    (a_moment("prompt", "typed", human=True), "you", ""),
    (a_moment("prompt", "rejection", human=True), "you said no", ""),
    (a_moment("prompt", "meta"), "meta", "client message"),
    (a_moment("reply", "a-model"), "said", ""),
    (a_moment("thinking", "a-model"), "thought", "thought"),
    (a_moment("call", "Bash"), "Bash", ""),
    (a_moment("mark", "compaction auto"), "compaction", ""),
    (a_moment("mark", "hook stop"), "hook", "notice"),
]


@pytest.mark.parametrize(("moment", "label", "quiet"), MOMENTS, ids=[row[1] for row in MOMENTS])
def test_a_moment_has_a_label_and_may_be_left_out(moment: TimelineEntry, label: str, quiet: str) -> None:
    """What the client does for itself, and thinking, are left out."""
    assert (label_moment(moment), classify_quiet(moment)) == (label, quiet)


def test_a_change_is_told_with_what_else_is_worth_a_word() -> None:
    """Lines first."""
    edit = EditLine(
        at=None,
        session="s-1",
        path=Scrubbed("a.py"),
        added=2,
        removed=1,
        partial=False,
        created=True,
        deleted=False,
        user_modified=True,
    )

    assert describe_change(edit) == "+2 -1 new changed by you"
