"""Single questions about lines, asked of real scratch repositories."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import SALT, Repo, words

from twiceshy.base.errors import SourceError
from twiceshy.logs import git_lines
from twiceshy.logs.edits import hash_lines
from twiceshy.logs.git_checkpoints import read_checkpoints
from twiceshy.logs.git_lines import (
    find_removed_lines,
    find_reverts,
    hash_file_lines,
    read_contents,
    read_head,
    read_line_commits,
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "shop").started()


def hashes(*lines: str) -> frozenset[bytes]:
    return frozenset(hash_lines([line], SALT) for line in lines)


def test_contents_come_in_order_and_what_is_not_there_is_left_out(repo: Repo) -> None:
    """A folder, a name with a line break, and nothing at all have no content; equal contents have one blob."""
    repo.write("a.txt", ["one"])
    repo.write("sub/b c.txt", ["one"])
    repo.write("empty.txt", [])
    repo.commit("Add")
    asked = ["HEAD:sub/b c.txt", "HEAD:sub", "HEAD:no\nfile", "HEAD:gone file", "HEAD:empty.txt", "HEAD:a.txt"]
    found = list(read_contents(repo.path, asked))

    assert [(one.name, one.text) for one in found] == [
        ("HEAD:sub/b c.txt", b"one\n"),
        ("HEAD:empty.txt", b""),
        ("HEAD:a.txt", b"one\n"),
    ]
    assert found[0].blob == found[2].blob


def test_a_file_that_is_too_large_is_left_out_and_the_next_is_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is taken for the next answer."""
    monkeypatch.setattr(git_lines, "LARGEST_FILE", 10)
    repo.write("a.txt", ["longer than ten bytes"])
    repo.write("b.txt", ["short"])
    repo.commit("Add")

    assert [one.name for one in read_contents(repo.path, ["HEAD:a.txt", "HEAD:b.txt"])] == ["HEAD:b.txt"]


def test_many_names_are_asked_in_pieces(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is longer than a piece is one of its own."""
    monkeypatch.setattr(git_lines, "AT_ONCE_BYTES", 12)
    for number in range(5):
        repo.write(f"{number}.txt", [str(number)])
    repo.commit("Add")

    assert [one.text for one in read_contents(repo.path, [f"HEAD:{n}.txt" for n in range(5)])] == [
        b"0\n",
        b"1\n",
        b"2\n",
        b"3\n",
        b"4\n",
    ]


def test_head_is_empty_before_the_first_commit(repo: Repo) -> None:
    """Then it is the commit that is checked out."""
    assert read_head(repo.path) == ""
    repo.write("a.txt", ["one"])
    made = repo.commit("Add")
    assert read_head(repo.path) == made


def test_what_is_no_repository_has_no_head(tmp_path: Path) -> None:
    """Nobody has to ask first."""
    assert read_head(tmp_path) == ""


def test_lines_of_a_file_are_those_of_its_commits() -> None:
    """White space around them and lines of punctuation do not count; bytes that are no text do no harm."""
    assert hash_file_lines(b"  one\n}\ntwo\xff\n", SALT) == hashes("one", "two\ufffd")


def test_lines_taken_out_are_told_for_each_commit(repo: Repo) -> None:
    """Of all its files; what it only moved, within a file or to another, is not gone. The first took out nothing."""
    repo.write("a.txt", ["one", "two", "three", "four"])
    first = repo.commit("Add")
    repo.write("a.txt", ["three", "five"])
    repo.write("b.txt", ["two"])
    second = repo.commit("Change")
    found = dict(find_removed_lines(repo.path, [second, first, "0" * 40], SALT))

    assert found == {first: frozenset(), second: hashes("one", "four")}
    assert list(find_removed_lines(repo.path, [], SALT)) == []


def test_commits_that_say_what_they_revert_are_found_on_every_branch(repo: Repo) -> None:
    """With the hash as it is written; other words about reverting say nothing."""
    repo.write("a.txt", words("a"))
    first = repo.commit("Add")
    repo.git("checkout", "-q", "-b", "work")
    repo.git("revert", "--no-edit", first)
    by = repo.head()
    repo.write("b.txt", ["one"])
    repo.commit("Do not revert\n\nThis reverts commit somehow.")
    repo.git("checkout", "-q", "main")

    assert list(find_reverts(repo.path)) == [(by, first)]


def test_a_repository_without_a_recorders_branch_has_no_checkpoints(repo: Repo) -> None:
    """Neither has one without any commit."""
    assert read_checkpoints(repo.path) == {}
    repo.write("0e/2d11c70b4f/0/metadata.json", ['{"session_id": "one"}'])
    repo.commit("Not on the branch")
    assert read_checkpoints(repo.path) == {}


def test_checkpoints_name_all_their_sessions(repo: Repo) -> None:
    """Damaged files, lists and other names are passed over."""
    repo.git("checkout", "-q", "--orphan", "entire/checkpoints/v1")
    repo.write("0e/2d11c70b4f/0/metadata.json", ['{"session_id": "one"}'])
    repo.write("0e/2d11c70b4f/1/metadata.json", ['{"session_id": "two"}'])
    repo.write("0e/2d11c70b4f/2/metadata.json", ["{"])
    repo.write("0f/2d11c70b4f/0/metadata.json", ["[]"])
    repo.write("1f/2d11c70b4f/0/metadata.json", ['{"session_id": 3}'])
    repo.write("0e/2d11c70b4f/metadata.json", ['{"session_id": "whole"}'])
    repo.commit("Checkpoints")

    assert read_checkpoints(repo.path) == {"0e2d11c70b4f": {"one", "two"}}


def test_a_folder_that_is_no_repository_is_an_error(tmp_path: Path) -> None:
    """One that says so."""
    with pytest.raises(SourceError, match="not inside a git repository"):
        read_checkpoints(tmp_path)


# Whence each line of a file is, as git says.


def test_lines_know_their_commit_and_the_one_before(tmp_path: Path) -> None:
    """Through a rename, with a name that git quotes; white space is nothing."""
    repo = Repo(tmp_path / "web").started()
    repo.write("old name.py", words("a", 6))
    first = repo.commit("Begin")
    repo.git("mv", "old name.py", "größe.py")
    repo.write("größe.py", [*words("a", 5), "  " + words("a", 6)[5], "last = 1"])
    second = repo.commit("Rename")

    rows = read_line_commits(repo.path, second, "größe.py")

    assert [(one.commit, one.line) for one in rows] == [(first, at) for at in range(1, 7)] + [(second, 7)]
    assert (rows[0].path, rows[0].before, rows[0].boundary) == ("old name.py", "", True)
    assert (rows[-1].path, rows[-1].before, rows[-1].before_path) == ("größe.py", first, "old name.py")
    assert rows[-1].text == "last = 1"

    with pytest.raises(SourceError, match="no such path"):
        read_line_commits(repo.path, second, "nothing.py")
