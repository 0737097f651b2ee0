"""Commits with their messages and texts, as git says; everything passes the scrubber."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.logs import described_changes
from twiceshy.logs.commit_words import Scrub, author_key
from twiceshy.logs.described_changes import (
    BUCKETS,
    hash_words,
    list_newest_commits,
    read_commit_tokens,
    read_described_changes,
    read_line_changes,
    read_staged_description,
)
from twiceshy.records.commits import DescribedChange


def read(repo: Repo, limit: int = 0) -> list[DescribedChange]:
    return list(read_described_changes(repo.path, list_newest_commits(repo.path, limit), salt=b"s"))


def test_a_change_stands_with_its_message(tmp_path: Path) -> None:
    """New, renamed and removed files, binary ones, odd names; body and subject apart; the function beside a hunk."""
    repo = Repo(tmp_path / "web").started()
    lines = ["def rotate():", *(f"    value_{number} = {number}" for number in range(20))]
    repo.write("größe x.py", lines)
    (repo.path / "logo.png").write_bytes(b"\0\1")
    repo.write("empty", [])
    repo.commit("Begin\n\nIt has to.\n\nSigned-off-by: A <a@b.c>")
    repo.git("mv", "größe x.py", "b.py")
    repo.write("b.py", [*lines[:-1], "    last = 1"])
    (repo.path / "logo.png").write_bytes(b"\0\2")
    repo.git("rm", "-q", "--cached", "empty")
    (repo.path / "empty").unlink()
    repo.commit("Rename")

    one, two = read(repo)

    assert (one.subject, one.body, one.parents) == ("Begin", "It has to.\n\nSigned-off-by: A <a@b.c>", 0)
    assert [(file.path, file.old_path, file.gone) for file in one.files] == [
        ("empty", "", False),
        ("größe x.py", "", False),
        ("logo.png", "", False),
    ]
    assert one.files[1].changed_lines == 21
    assert {(file.path, file.old_path, file.gone) for file in two.files} == {
        ("b.py", "größe x.py", False),
        ("logo.png", "logo.png", False),
        ("empty", "empty", True),
    }
    renamed = next(file for file in two.files if file.path == "b.py")
    assert (renamed.removed, renamed.added) == (["    value_19 = 19"], ["    last = 1"])
    assert renamed.heads == ["def rotate():"]
    assert one.author == two.author != ""
    assert not one.by_program
    assert two.at == repo.now > one.at


def test_the_newest_come_oldest_first(tmp_path: Path) -> None:
    """A limit takes the newest."""
    repo = Repo(tmp_path / "web").started()
    for text in ("one", "two", "three"):
        repo.write("a.py", [text])
        repo.now += 60
        repo.commit(text)

    assert [one.subject for one in read(repo, 2)] == ["two", "three"]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        pytest.param("Abbot Lee <abbot@example.test>", False, id="a person called nearly so"),
        pytest.param("Bob T <bot@example.test>", True, id="an address"),
        pytest.param("renovate[bot] <x@example.test>", True, id="a name in brackets"),
        pytest.param("dependabot-preview <x@example.test>", True, id="a known program"),
    ],
)
def test_a_program_is_known_by_its_name(tmp_path: Path, author: str, expected: bool) -> None:  # a table
    """Only that it is one is kept, not the name."""
    repo = Repo(tmp_path / "web").started()
    repo.write("a.py", ["x"])
    repo.commit("Begin", "--author", author)

    assert [one.by_program for one in read(repo)] == [expected]


def test_every_text_is_scrubbed_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages, names and lines; a change whose subject lost something says so, one whose trailer did does not."""
    monkeypatch.setattr(described_changes, "_BATCH", 1)
    repo = Repo(tmp_path / "web").started()
    repo.write("SECRET.py", ["key = SECRET"])
    repo.commit("Add SECRET")
    repo.write("SECRET.py", ["key = None"])
    repo.commit("Remove it\n\nReviewed-by: SECRET")
    names = list_newest_commits(repo.path, 0)

    def scrub(texts: list[str]) -> list[str]:
        return [text.replace("SECRET", "[key]") for text in texts]

    found = list(read_described_changes(repo.path, names, salt=b"s", scrub=scrub))

    assert "SECRET" not in str(found)
    assert [(one.subject, one.redacted) for one in found] == [("Add [key]", True), ("Remove it", False)]


def test_what_is_staged_is_a_change_without_a_message(tmp_path: Path) -> None:
    """From the index; scrubbed; the first commit too, and nothing where nothing is staged."""
    repo = Repo(tmp_path / "web").started()

    def read_staged(head: str | None, scrub: Scrub = list) -> DescribedChange | None:
        return read_staged_description(repo.path, head, 5, salt=b"s", scrub=scrub)

    assert read_staged(None) is None
    repo.write("größe.py", ["def a():", "    x = 1"])
    repo.git("add", "-A")
    repo.write("größe.py", ["not staged"])
    first = read_staged(None, lambda texts: [text.upper() for text in texts])
    assert first is not None
    assert (first.commit, first.subject, first.at, first.parents) == ("staged", "", 5, 0)
    assert [(file.path, file.old_path, file.added) for file in first.files] == [
        ("GRÖSSE.PY", "", ["DEF A():", "    X = 1"])
    ]
    head = repo.commit("Begin")
    repo.git("mv", "größe.py", "b.py")
    moved = read_staged(head)
    assert moved is not None
    assert [(file.path, file.old_path) for file in moved.files] == [("b.py", "größe.py")]
    assert moved.author == ""
    repo.git("config", "user.email", "ann@example.org")
    signed = read_staged(head)
    assert signed is not None
    assert signed.author == author_key("ann@example.org", b"s")


# The lines that commits took out and put in, as git says.


def test_lines_stand_with_their_file(tmp_path: Path) -> None:
    """Names with odd characters and spaces too; white space alone is no change; commits come in the order asked for."""
    repo = Repo(tmp_path / "web").started()
    repo.write("größe x.py", [f"value = {number}" for number in range(9)])
    first = repo.commit("Begin")
    repo.git("mv", "größe x.py", "b y.py")
    repo.write("b y.py", ["  value = 0", *(f"value = {number}" for number in range(1, 8)), "-- +last"])
    second = repo.commit("Rename")
    repo.git("rm", "-q", "b y.py")
    third = repo.commit("Remove")

    found = {one.commit: one.files for one in read_line_changes(repo.path, [third, first, second])}

    assert list(found) == [third, first, second]
    assert [(one.path, one.old_path, len(one.added)) for one in found[first]] == [("größe x.py", "", 9)]
    assert [tuple(one) for one in found[second]] == [("b y.py", "größe x.py", ["value = 8"], ["-- +last"])]
    assert [(one.path, one.old_path, len(one.removed)) for one in found[third]] == [("", "b y.py", 9)]


def test_a_commit_without_its_contents_is_passed_over(tmp_path: Path) -> None:
    """Those behind it are read."""
    repo = Repo(tmp_path / "web").started()
    names = []
    for text in ("one", "two", "three", "four"):
        repo.write("a.py", [text])
        names.append(repo.commit(text))
    blob = repo.git("rev-parse", f"{names[1]}:a.py")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()

    assert [one.commit for one in read_line_changes(repo.path, names)] == [names[0], names[3]]


# logs.commit_tokens: words of messages and of lines put in, as numbers.


def test_each_commit_has_the_words_of_its_message_and_of_the_lines_it_puts_in(tmp_path: Path) -> None:
    """Lines that went are not asked; commits come in the order asked for; names of files are no lines."""
    repo = Repo(tmp_path / "web").started()
    repo.write("a.py", ["total = price"])
    first = repo.commit("Begin here")
    repo.write("a.py", ["total = price * amount"])
    second = repo.commit("Count")

    found = dict(read_commit_tokens(repo.path, [second, first]))

    assert list(found) == [second, first]
    assert found[first] == hash_words(b"Begin here", b"+total = price")
    assert found[second] == hash_words(b"Count", b"+++ b/a.py\n+total = price * amount\n-gone")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((b"Fix it", b""), (b"fix IT", b""), True),
        ((b"fix", b""), (b"", b"+fix"), False),
        ((b"", b"+a1 b2 a1"), (b"", b"+b2\n+a1"), True),
        ((b"", b"+Name"), (b"", b"+name"), False),
        ((b"", b"+x = 12"), (b"", b"+y = 7"), True),
    ],
)
def test_a_word_is_a_number(one: tuple[bytes, bytes], other: tuple[bytes, bytes], *, same: bool) -> None:
    """In code case counts; a word of the message is another than one of a line; short ones and numbers are none."""
    first, second = hash_words(*one), hash_words(*other)

    assert (list(first) == list(second)) is same
    assert list(first) == sorted(set(first))
    assert all(0 <= bucket < BUCKETS for bucket in first)


def test_a_commit_without_its_contents_is_passed_over_of_commit_tokens(tmp_path: Path) -> None:
    """Those behind it are read, as they are by those who ask for lines."""
    repo = Repo(tmp_path / "web").started()
    names = []
    for text in ("one", "two", "three", "four"):
        repo.write("a.py", [text])
        names.append(repo.commit(text))
    blob = repo.git("rev-parse", f"{names[1]}:a.py")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()

    assert [name for name, _ in read_commit_tokens(repo.path, names)] == [names[0], names[3]]
