"""A lesson leaves as counts under a shared hash; its words only where they may, and redacted strictly."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.lessons.builders import a_lesson
from wings.team.tests.sync.sending import terms

from twiceshy.privacy.wire.outgoing_lessons import make_lesson_row
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import decode_row, encode_row
from twiceshy.records.lessons import LessonState
from twiceshy.records.team import WireRow

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FORM = json.dumps({"condition": "unread-file", "common_mistakes": ["ann's own"], "steps": [{"tool": "ann's own"}]})


def scrub(text: str) -> str:
    """Redact one name."""
    return text.replace("ann", "[NAME]")


def row_of(how: SendingTerms, **more: Any) -> WireRow | None:
    return make_lesson_row(a_lesson(**more), FORM, how, scrub, NOW)


def test_without_the_key_there_is_no_row() -> None:
    """Nobody could tell whether two people mean the same."""
    assert row_of(terms("full", team=None)) is None


def test_counts_hold_no_word_of_it() -> None:
    """Only its kind, its state and numbers."""
    row = row_of(terms(), observations=5, sessions=2, successes=3, failures=1, description="ann forgot")

    assert row is not None
    assert decode_row(encode_row(row)) == row
    assert [row.data[name] for name in ("seen", "sessions", "helped", "hurt")] == [5, 2, 3, 1]
    assert not {"text", "trigger", "category", "subject"} & row.data.keys()


def test_words_are_redacted_wherever_they_stand() -> None:
    """In its sentence, in what sets it off, and in its steps; it is still what makes a rule."""
    row = row_of(terms("anonymous"), description="ann forgot", subject="ann-tool")

    assert row is not None
    assert "ann" not in str(row.data)
    assert json.loads(str(row.data["trigger"])) == {
        "condition": "unread-file",
        "common_mistakes": ["[NAME]'s own"],
        "steps": [{"tool": "[NAME]'s own"}],
    }


def test_projects_leave_as_hashes_with_the_words() -> None:
    """So that what one project showed is not said in all; of a project without a remote nothing can be known."""
    seen_in = ["remote:host/ann/shop", "path:/home/ann/x"]
    how = terms("anonymous")
    row = make_lesson_row(a_lesson(), FORM, how, scrub, NOW, projects=seen_in)
    counts = make_lesson_row(a_lesson(), FORM, terms(), scrub, NOW, projects=seen_in)

    assert row is not None
    assert counts is not None
    assert json.loads(str(row.data["trigger"]))["projects"] == [how.hash_project(seen_in[0])]
    assert "trigger" not in counts.data


@pytest.mark.parametrize(
    ("quoted", "state", "said"),
    [
        (False, LessonState.SHADOW, True),
        (True, LessonState.SHADOW, False),
        (True, LessonState.ACTIVE, False),
        (True, LessonState.PROMOTED, True),
    ],
)
def test_mere_quotes_leave_once_a_person_promoted_them(quoted: bool, state: LessonState, said: bool) -> None:
    """What a person said in a chat is theirs until they make it a lesson; its counts leave."""
    row = row_of(terms("full"), quoted=quoted, state=state)

    assert row is not None
    assert ("text" in row.data) is said


@pytest.mark.parametrize(
    ("state", "review"),
    [(LessonState.ACTIVE, "none"), (LessonState.PROMOTED, "kept"), (LessonState.MUTED, "dismissed")],
)
def test_it_says_what_a_person_decided(state: LessonState, review: str) -> None:
    """At home, about this lesson."""
    row = row_of(terms(), state=state)

    assert row is not None
    assert row.data["review"] == review


def test_a_lesson_without_a_time_has_that_of_now() -> None:
    """A server orders nothing by it."""
    row = row_of(terms(), first_seen=None, last_seen=None)

    assert row is not None
    assert row.at == NOW
    assert not {"first_at", "last_at"} & row.data.keys()
