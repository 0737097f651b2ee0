"""The sessions whose work waits to be committed are told by their edits and their lines."""

from math import inf

import pytest
from tests.wings.git.predict.risk.invented_changes import START, a_change

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.uncommitted_work import FRESH_S, find_last_commit, find_waiting, find_writers
from twiceshy.records.commits import CommitFile, RawCommit, Touch

NOW = START.timestamp()
MINE, OTHER = b"mine", b"other"


def line(number: int) -> bytes:
    return bytes([number]) * 8


def staged(*lines: bytes) -> RawCommit:
    """A change of one file that gains these lines."""
    file = CommitFile(path="src/a.py", added=1, removed=0, added_hashes=b"".join(lines))
    return a_change(0, files=(file,)).commit


def edit(seconds: float, *lines: bytes, path: str = "src/a.py") -> Touch:
    """An edit so many seconds ago."""
    return Touch(NOW - seconds, b"call", Scrubbed(path), b"".join(lines))


def find(change: RawCommit, last_commit: float = inf, **touches: Touch) -> set[bytes]:
    """Who wrote it, where the file was last committed so many seconds ago."""
    committed = {"src/a.py": NOW - last_commit}
    return find_writers(change, NOW, {name.encode(): [one] for name, one in touches.items()}, committed)


def test_an_edit_after_the_last_commit_of_the_file_waits() -> None:
    """One before it was committed with it, one of another file or of last month is none, nor is one yet to come."""
    assert find(staged(), 100, mine=edit(50), other=edit(150)) == {MINE}
    assert find(staged(), mine=edit(50, path="/home/ann/web/src/a.py")) == {MINE}
    assert find(staged(), mine=edit(50, path="src/b.py"), other=edit(FRESH_S + 1)) == set()
    assert find(staged(line(1)), mine=edit(-1, line(1))) == set()


def test_whose_lines_are_in_it_counts_alone() -> None:
    """Another session that edited the file, too, wrote what is gone again."""
    assert find(staged(line(1), line(2)), mine=edit(50, line(2)), other=edit(60, line(3))) == {MINE}
    assert find(staged(line(1)), mine=edit(50, line(2)), other=edit(60, line(3))) == {MINE, OTHER}


def test_a_part_that_an_earlier_commit_left_out_is_known_by_its_lines() -> None:
    """Where an edit waits, the same line in an older one says nothing."""
    assert find(staged(line(1)), 100, mine=edit(150, line(1)), other=edit(160, line(3))) == {MINE}
    assert find(staged(line(1)), 100, mine=edit(150, line(1)), other=edit(50)) == {OTHER}


@pytest.mark.parametrize(
    ("committed", "last"),
    [
        ({}, -inf),
        ({"src/a.py": NOW - 100}, NOW - 100),
        ({"src/a.py": NOW - 100, "src/b.py": NOW - 20, "src/c.py": NOW - 10}, NOW - 20),
        ({"src/a.py": NOW - 300}, -inf),
        ({"src/a.py": NOW + 10}, -inf),
    ],
)
def test_the_last_commit_of_a_session_is_that_of_a_file_after_an_edit_of_it(
    committed: dict[str, float], last: float
) -> None:
    """A commit before the edit is another one's, and what comes later is not known."""
    touches = [edit(200), edit(50), edit(30, path="src/b.py")]

    assert find_last_commit(touches, committed, NOW) == last


def test_an_edit_waits_until_its_file_is_committed() -> None:
    """What an older commit holds, and what is too old, waits no more."""
    touches = [edit(200), edit(50), edit(30, path="src/b.py"), edit(900, path="src/c.py")]

    assert find_waiting(touches, {"src/a.py": NOW - 100, "src/b.py": NOW - 20}, NOW - 500) == {"src/a.py"}
