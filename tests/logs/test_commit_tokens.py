"""logs.commit_tokens: words of messages and of lines put in, as numbers."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.logs.commit_tokens import BUCKETS, hash_words, read_commit_tokens


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


def test_a_commit_without_its_contents_is_passed_over(tmp_path: Path) -> None:
    """Those behind it are read, as they are by those who ask for lines."""
    repo = Repo(tmp_path / "web").started()
    names = []
    for text in ("one", "two", "three", "four"):
        repo.write("a.py", [text])
        names.append(repo.commit(text))
    blob = repo.git("rev-parse", f"{names[1]}:a.py")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()

    assert [name for name, _ in read_commit_tokens(repo.path, names)] == [names[0], names[3]]
