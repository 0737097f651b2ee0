"""judgement.outcomes.file_past and outcome_histories: how earlier edits of a file turned out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.file_past import describe_past
from twiceshy.judgement.outcomes.tallies import describe_approach, describe_file
from twiceshy.records.effects import Observation
from twiceshy.records.lessons import FilePast
from twiceshy.records.views import FileHistory

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
GOOD, BAD = {"failed": False, "corrected": False, "rolled-back": False}, {"failed": True}


def edit(
    session: int, path: str | None = "src/a.py", *, bad: bool = False, unread: bool = False, **more: Any
) -> Observation:
    values: dict[str, Any] = {"unit": "edit", "project": "shop", "agent": "codex", "model": "", "n": 1}
    values |= {"at": NOON + timedelta(hours=session), "session": bytes([session]) * 16, "path": path}
    values |= {"did": {"blind-edit": unread}, "became": BAD if bad else GOOD}
    return Observation(**values | more)


def test_edits_of_a_file_are_counted_with_those_that_were_not_read_before() -> None:
    """Bad ones of both; an edit whose end is not known says nothing."""
    seen = [
        edit(1, n=2),
        edit(1, bad=True, n=3),
        edit(2, unread=True, n=4),
        edit(3, unread=True, bad=True, n=5),
        edit(4, became={}, n=100),
        edit(4, unit="task", bad=True, n=100),
        edit(4, "src/ba.py", bad=True, n=100),
    ]

    expected = FilePast(path="src/a.py", edits=14, bad=8, sessions=3, unread=9, unread_bad=5, unknown=100)
    assert describe_past("src/a.py", seen) == expected


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a.py", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("src\\a.py", "src/a.py"),
        ("/src/a.py", "src/a.py"),
        ("/home/ann/shop/src/a.py", "src/a.py"),
        ("b.py", None),
        ("c.py", None),
        ("rc/a.py", None),
    ],
)
def test_a_file_is_known_by_its_path_or_an_end_of_it(name: str, path: str | None) -> None:
    """Not where several files have that name."""
    seen = [edit(1), edit(1, "src/b.py"), edit(1, "test/b.py"), edit(1, None)]
    found = describe_past(name, seen)
    assert (found and found.path) == path


def test_a_file_s_edits_are_listed_newest_first() -> None:
    """Edits of one session that went alike are one; those of other files or projects are none."""
    seen = [
        edit(1, n=2),
        edit(1, n=3),
        edit(1, bad=True),
        edit(2, unread=True),
        edit(3, project="api"),
        edit(3, "src/b.py"),
        edit(0, at=None),
    ]
    history = FileHistory(path=Scrubbed("src/a.py"), project="shop", reads=0, failed_edits=0, edits=[], total=9)

    found = describe_file(history, seen)

    assert (found.name, found.project, found.edits, found.sessions) == ("src/a.py", "shop", 9, 3)
    fates = [(fate.session, fate.edits, fate.habits, fate.success) for fate in found.fates]
    assert fates[0] == ("s-02020202", 1, ("blind-edit",), True)
    assert sorted(fates[1:3]) == [("s-01010101", 1, (), False), ("s-01010101", 5, (), True)]
    assert fates[3] == ("s-00000000", 1, (), True)
    assert found.fates[0].at == NOON + timedelta(hours=2)
    assert found.fates[2].ends in {("failed",), ()}
    assert found.effects == []


def test_a_way_of_working_is_shown_by_project_and_by_file() -> None:
    """Only where it was done."""
    seen = [edit(1, n=2, unread=True), edit(2, unread=True), edit(3, n=50), edit(3, unit="task", path=None, n=7)]

    found = describe_approach("blind-edit", seen)

    assert (found.name, found.edits, found.sessions) == ("blind-edit", 3, 2)
    assert [one.path for one in found.approaches] == [None, "src/a.py"]
    assert describe_approach("never-done", seen).approaches == []


def test_files_that_fared_alike_are_in_the_order_of_their_paths() -> None:
    """Whatever order their edits came in."""
    seen = [edit(number, path, unread=True) for path in ("c.py", "a.py", "b.py") for number in range(3)]

    found = [one.path for one in describe_approach("blind-edit", seen).approaches]

    assert found == [None, "a.py", "b.py", "c.py"]
