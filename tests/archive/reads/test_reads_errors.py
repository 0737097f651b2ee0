"""One error's history, from rows."""

from typing import TYPE_CHECKING

from twiceshy.archive.reads.errors import find_errors, read_error_history
from twiceshy.base.values import Scrubbed
from twiceshy.records.ids import IdPrefix

if TYPE_CHECKING:
    from tests.archive.reads.conftest import Archive

ERROR = b"\xe1" * 8


def test_errors_are_found_by_their_beginning(archive: "Archive") -> None:
    """Each once however often it happened; a success with the same bytes is none."""
    session = archive.session(archive.project("web-shop"), "ab")
    for fingerprint, failure in ((ERROR, "error"), (ERROR, "error"), (b"\xe2" * 8, "error"), (b"\xe3" * 8, None)):
        archive.result(
            session, archive.call(session, "Bash"), failure=failure, fingerprint=fingerprint, message="no rule"
        )

    assert find_errors(archive.connection, IdPrefix("e", "e1"), 9) == [(ERROR, "no rule")]
    assert len(find_errors(archive.connection, IdPrefix("e", "e"), 9)) == 2


def test_a_history_says_what_followed(archive: "Archive") -> None:
    """The next call of the same dialogue counts: the same again, another action, or none; and whether it failed so."""
    session = archive.session(archive.project("web-shop"), "ab")
    failing = {"failure": "error", "fingerprint": ERROR, "message": "no rule"}
    first = archive.call(session, "Bash", 1, command="make x")
    archive.result(session, first, 2, "no rule to make x", **failing)
    other = archive.call(session, "Read", 3, action="read", path="Makefile", agent_run=b"12345678")
    archive.result(session, other, 4)
    again = archive.call(session, "Bash", 5, command="make x")
    archive.result(session, again, 6, "no rule to make x", **failing)
    look = archive.call(session, "Read", 7, action="read", path="Makefile")
    archive.result(session, look, 8)
    last = archive.call(session, "Bash", 9, command="make y")
    archive.result(session, last, 10, "no rule to make y", **failing)

    found = read_error_history(archive.connection, ERROR, Scrubbed("no rule"), 2)

    assert (found.id, found.count, found.sessions) == ("e-e1e1e1e1", 3, 1)
    assert [example.about for example in found.examples] == ["make y", "make x"]
    assert [(step.action, step.count, step.failed, step.same_error) for step in found.followed] == [
        ("nothing more", 1, 0, 0),
        ("read", 1, 0, 0),
        ("the same tool on the same thing", 1, 1, 1),
    ]
