"""What is staged, or what a patch does, is read as the commit that it would be."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository, run_git

from twiceshy.base.errors import SourceError
from twiceshy.logs.edits import hash_lines
from twiceshy.logs.git import hash_author
from twiceshy.logs.pending_change import read_file_changes, read_patch_change, read_staged_change
from twiceshy.records.commits import RawCommit

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=2)))
PATCH = """\
diff --git a/a.txt b/a.txt
--- a/a.txt
+++ b/a.txt
@@ -1,2 +1,3 @@
 one
-two
+2
+3
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+new
"""


def files_of(change: RawCommit) -> list[tuple[str, str | None, int | None, int | None]]:
    return [(one.path, one.old_path, one.added, one.removed) for one in change.files]


def test_what_is_staged_is_a_commit_of_now_by_who_works_here(tmp_path: Path) -> None:
    """Renames are seen; what is not staged is no part of it; there is no message yet."""
    repo = make_repository(tmp_path / "web")
    head = make_commit(repo, "one\ntwo\n")
    run_git(repo, "config", "user.email", "Ann@example.test")
    run_git(repo, "mv", "a.txt", "b.txt")
    (repo / "c.txt").write_text("new\n")
    (repo / "d.txt").write_text("not staged\n")
    run_git(repo, "add", "c.txt")

    change = read_staged_change(repo, NOW, salt=b"salt")
    assert files_of(change) == [("b.txt", "a.txt", 0, 0), ("c.txt", None, 1, 0)]
    assert (change.hash, change.parents, change.subject, change.body) == ("staged", (head,), "", None)
    assert change.author == hash_author("ann@example.test", b"salt")
    assert (change.committed_at, change.authored_offset_min) == (NOW.astimezone(UTC), 120)


def test_before_the_first_commit_all_that_is_staged_is_new(tmp_path: Path) -> None:
    """There is nothing to compare it with."""
    repo = make_repository(tmp_path / "web")
    assert read_staged_change(repo, NOW).files == ()
    (repo / "a.txt").write_text("one\n")
    run_git(repo, "add", "a.txt")
    change = read_staged_change(repo, NOW)
    assert (files_of(change), change.parents) == ([("a.txt", None, 1, 0)], ())


def test_a_patch_is_counted_and_not_applied(tmp_path: Path) -> None:
    """Each file with its lines; one that changes no text is refused."""
    repo = make_repository(tmp_path / "web")
    make_commit(repo, "other\n")
    change = read_patch_change(repo, PATCH, NOW)
    assert files_of(change) == [("a.txt", None, 2, 1), ("new.txt", None, 1, 0)]
    assert (repo / "a.txt").read_text() == "other\n"
    with pytest.raises(SourceError, match="unified diff"):
        read_patch_change(repo, "no patch\n", NOW)


def test_the_lines_that_a_file_gains_are_known_by_their_hashes(tmp_path: Path) -> None:
    """As those of commits and of edits are, in the order of the files."""
    repo = make_repository(tmp_path / "web")
    make_commit(repo, "one\ntwo\n")
    (repo / "a.txt").write_text("one\nthree\n")
    (repo / "picture").write_bytes(b"\0\1\2")
    (repo / "z.txt").write_text("four\n")
    run_git(repo, "add", ".")
    staged = read_staged_change(repo, NOW, salt=b"salt")
    patch = read_patch_change(repo, PATCH, NOW, salt=b"salt")

    assert [one.added_hashes for one in staged.files] == [
        hash_lines(some, b"salt") for some in (["three"], [], ["four"])
    ]
    assert [one.added_hashes for one in patch.files] == [hash_lines(some, b"salt") for some in (["2", "3"], ["new"])]


def test_without_a_repository_there_is_nothing_to_ask(tmp_path: Path) -> None:
    """It is said by name."""
    with pytest.raises(SourceError, match="not inside a git repository"):
        read_staged_change(tmp_path, NOW)


def test_files_as_they_are_are_what_a_commit_of_them_would_hold(tmp_path: Path) -> None:
    """New, changed and deleted ones; not those that are as before, ignored, elsewhere, or could be one of two."""
    repo = make_repository(tmp_path / "web")
    for name in ("src/old.txt", "src/same.txt", "src/gone.txt", "one/x/two.txt", "two/x/two.txt"):
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("one\ntwo\n")
    (repo / ".gitignore").write_text("*.log\n")
    run_git(repo, "add", ".")
    head = make_commit(repo, "x\n")
    (repo / "src/old.txt").write_text("one\nthree\nfour\n")
    (repo / "src/same.txt").write_bytes(b"one\r\ntwo\r\n")
    (repo / "src/gone.txt").unlink()
    (repo / "one/x/two.txt").write_text("changed\n")
    for name in ("new.txt", "mine.log"):
        (repo / name).write_text("new\n")
    names = [
        "x/old.txt",
        "src/same.txt",
        "src/gone.txt",
        f"{repo}/new.txt",
        "mine.log",
        "x/two.txt",
        "/elsewhere/a.txt",
    ]
    run_git(repo, "config", "filter.bad.clean", "touch ../ran; cat")
    (repo / ".gitattributes").write_text("* filter=bad\n")

    change = read_file_changes(repo, [*names, "src/old.txt"], NOW, salt=b"salt")
    assert files_of(change) == [("new.txt", None, 1, 0), ("src/gone.txt", None, 0, 2), ("src/old.txt", None, 2, 1)]
    assert change.files[2].added_hashes == hash_lines(["three", "four"], b"salt")
    assert (change.hash, change.parents) == ("pending", (head,))
    assert not (tmp_path / "ran").exists()
