"""Full-text search, from rows."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from twiceshy.archive.reads.search import search
from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope

if TYPE_CHECKING:
    from tests.archive.reads.conftest import Archive


@pytest.fixture
def filled(archive: "Archive") -> "Archive":
    """One text of each kind with the word ``token``, and one hit in another project."""
    session = archive.session(archive.project("web-shop"), "ab")
    archive.prompt(session, "Rotate the Tokén on logout")
    call = archive.call(session, "Bash", 1, command="grep token src")
    archive.result(session, call, 2, failure="error", message="token: not found")
    archive.reply(session, "The token is rotated", 3)
    other = archive.session(archive.project("api"), "cd", agent="codex")
    archive.prompt(other, "what is a token, and what is a token for", 3540)
    return archive


NARROWED = [
    (None, Scope(), ["command", "error", "prompt", "prompt", "reply"]),
    ("prompt", Scope(), ["prompt", "prompt"]),
    ("error", Scope(), ["error"]),
    (None, Scope(project="api"), ["prompt"]),
    (None, Scope(agent="claude-code"), ["command", "error", "prompt", "reply"]),
    (None, Scope(since=datetime(2026, 11, 12, 14, 0, 2, tzinfo=UTC)), ["error", "prompt", "reply"]),
]


@pytest.mark.parametrize(("kind", "scope", "kinds"), NARROWED, ids=str)
def test_hits_are_of_the_kind_and_scope_asked_for(
    filled: "Archive", kind: str | None, scope: Scope, kinds: list[str]
) -> None:
    """Words are found whatever their case and accents."""
    hits, more = search(filled.connection, '"token"', kind=kind, scope=scope, limit=9)

    assert (kinds, False) == (sorted(hit.kind for hit in hits), more)


def test_a_limit_says_that_there_is_more(filled: "Archive") -> None:
    """As many hits as asked for, and whether one more exists."""
    hits, more = search(filled.connection, '"token"', kind=None, scope=Scope(), limit=4)
    assert (len(hits), more) == (4, True)

    hits, more = search(filled.connection, '"token"', kind=None, scope=Scope(), limit=5)
    assert (len(hits), more) == (5, False)


def test_the_same_text_again_in_a_session_is_one_hit(filled: "Archive") -> None:
    """An error that comes twenty times does not push everything else out of the list."""
    session = filled.session(filled.project("infra"), "ef")
    for _ in range(3):
        filled.result(session, filled.call(session, "Bash"), failure="error", message="no such file")

    hits, more = search(filled.connection, '"such"', kind=None, scope=Scope(), limit=1)

    assert (len(hits), more) == (1, False)


def test_a_hit_whose_row_is_gone_is_passed_over(filled: "Archive") -> None:
    """The index may know words of what was forgotten."""
    filled.connection.execute("DELETE FROM reply")

    hits, _ = search(filled.connection, '"rotated"', kind=None, scope=Scope(), limit=5)

    assert hits == []


@pytest.mark.parametrize("query", ['"', "AND", "name: token", "(", "*", "token ^"])
def test_a_query_that_is_no_query_is_told(filled: "Archive", query: str) -> None:
    """Never a bug of ours: the message says what FTS5 made of it."""
    with pytest.raises(UsageError, match="the query cannot be understood"):
        search(filled.connection, query, kind=None, scope=Scope(), limit=5)
