"""One file's history, from rows."""

from typing import TYPE_CHECKING

import pytest

from twiceshy.archive.reads.files import find_file_history, find_files, read_file_history
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope, Scrubbed

if TYPE_CHECKING:
    from tests.archive.reads.conftest import Archive


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("c.py", []),
        ("src/a.py", ["src/a.py"]),
        ("a.py", ["src/a.py", "test/a.py"]),
        ("rc/a.py", []),
        ("%/a.py", []),
    ],
)
def test_a_file_is_found_by_the_end_of_its_path(archive: "Archive", name: str, paths: list[str]) -> None:
    """Whole parts of the path only; most edited first."""
    session = archive.session(archive.project("web-shop"), "ab")
    for path in ("src/a.py", "src/a.py", "test/a.py", "src/ba.py"):
        archive.edit(session, b"c", path)

    assert paths == [row[0] for row in find_files(archive.connection, name, Scope(), 9)]


def test_files_of_two_projects_are_two(archive: "Archive") -> None:
    """The same path in another project is another file, which a scope can name."""
    for uid, name in (("01", "web-shop"), ("02", "api")):
        archive.edit(archive.session(archive.project(name), uid), b"c", "a.py")

    assert sorted(row[2:] for row in find_files(archive.connection, "a.py", Scope(), 9)) == [
        ("api", 1),
        ("web-shop", 1),
    ]
    assert [row[2] for row in find_files(archive.connection, "a.py", Scope(project="api"), 9)] == ["api"]


def test_one_file_in_two_folders_of_one_name_is_one(archive: "Archive") -> None:
    """Clones and worktrees that nothing ties together: a person can name no difference."""
    for uid, folder in (("01", "here"), ("02", "there")):
        project = archive.put("project", identity=f"folder:/{folder}/shop", name="shop")
        archive.edit(archive.session(project, uid), b"c", "a.py")

    ((path, keys, name, count),) = find_files(archive.connection, "a.py", Scope(), 9)

    assert (path, name, count) == ("a.py", "shop", 2)
    assert read_file_history(archive.connection, path, (keys, name), 9).total == 2


def test_a_history_counts_reads_and_failed_edits_too(archive: "Archive") -> None:
    """Newest edits first, at most so many; the totals are of all."""
    project = archive.project("web-shop")
    session = archive.session(project, "ab")
    archive.call(session, "Read", action="read", path="a.py")
    failed = archive.call(session, "Edit", action="edit", path="a.py")
    archive.result(session, failed, failure="error")
    for second in (1, 2, 3):
        done = archive.call(session, "Edit", second, action="edit", path="a.py")
        archive.result(session, done, second)
        archive.edit(session, done, "a.py", second, added=second)

    found = read_file_history(archive.connection, Scrubbed("a.py"), ([project], "web-shop"), 2)

    assert (found.reads, found.failed_edits, found.total) == (1, 1, 3)
    assert [(edit.session, edit.added) for edit in found.edits] == [("s-ab000000", 3), ("s-ab000000", 2)]


def test_a_history_is_of_the_one_file_that_a_name_means(archive: "Archive") -> None:
    """A whole path goes before ends of longer ones; a name of several files lists them; one of none is an error."""
    session = archive.session(archive.project("web-shop"), "ab")
    for path in ("a.py", "src/a.py", "src/b.py", "test/b.py"):
        archive.edit(session, b"c", path)

    for name in ("a.py", "./a.py", ".\\a.py"):
        assert find_file_history(archive.connection, name, Scope()).path == "a.py"
    assert find_file_history(archive.connection, "src\\a.py", Scope()).path == "src/a.py"
    with pytest.raises(NotFound, match=r"several|could be one") as raised:
        find_file_history(archive.connection, "b.py", Scope())
    assert "src/b.py, edits: 1" in str(raised.value)
    assert "test/b.py, edits: 1" in str(raised.value)
    with pytest.raises(NotFound, match="no edit"):
        find_file_history(archive.connection, "c.py", Scope())
    with pytest.raises(NotFound, match="no edit"):
        find_file_history(archive.connection, "a.py", Scope(project="api"))


def test_a_name_of_many_files_lists_some_of_them(archive: "Archive") -> None:
    """Half a screen; a history lists the newest edits and counts all."""
    session = archive.session(archive.project("web-shop"), "ab")
    for number in range(40):
        archive.edit(session, b"c", f"{number}/a.py")
        archive.edit(session, b"c", "b.py", number)

    with pytest.raises(NotFound) as raised:
        find_file_history(archive.connection, "a.py", Scope())
    assert 5 < str(raised.value).count("\n") < 20
    found = find_file_history(archive.connection, "b.py", Scope())
    assert found.total == 40
    assert len(found.edits) < 40
    assert found.edits[0].at is not None
    assert found.edits[0].at.second == 39
