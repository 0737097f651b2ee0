"""judgement.outcomes.change_ledger: where a change stands, and which commits and files a word of a command can mean."""

import pytest

from twiceshy.judgement.outcomes.change_ledger import Ledger, LedgerEntry, matches_path
from twiceshy.judgement.outcomes.session_changes import SessionChange


def entry(path: str, call: bytes = b"c1", index: int = 0) -> LedgerEntry:
    return LedgerEntry(SessionChange(call, index, path, None))


def a_ledger(*hashes: str) -> Ledger:
    """One commit with one file for each hash."""
    ledger = Ledger()
    for number, hash_ in enumerate(hashes):
        held = entry(f"{number}.py", b"edit%d" % number, number)
        ledger.put(held)
        ledger.record_commit(hash_, b"commit%d" % number, number, [held])
    return ledger


@pytest.mark.parametrize(
    ("revision", "place"),
    [
        ("HEAD", 2),
        ("@", 2),
        ("HEAD~", 1),
        ("HEAD^", 1),
        ("HEAD^^", 0),
        ("@~2", 0),
        ("HEAD~3", None),
        ("HEAD~x", None),
        ("HEADS", None),
        ("aaaaaa1", 0),
        ("aaaaaa1111111111", 0),
        ("aaaaa", None),
        ("cccccc", None),
        ("topics", None),
    ],
)
def test_a_revision_names_the_commit_that_the_log_made(revision: str, place: int | None) -> None:
    """By steps from HEAD or by a hash of six digits or more; anything else is not known."""
    assert a_ledger("aaaaaa1", "", "bbbbbb1").commit_of(revision) == place


@pytest.mark.parametrize(
    ("revision", "places"),
    [("HEAD", []), ("HEAD~2", [1, 2]), ("HEAD~3", [0, 1, 2]), ("HEAD~4", None), ("aaaaaa1", [1, 2]), ("main", None)],
)
def test_the_commits_after_a_revision_are_known_or_none(revision: str, places: list[int] | None) -> None:
    """The commit before the log's first one is known too: it has all of them after it."""
    assert a_ledger("aaaaaa1", "", "bbbbbb1").commits_after(revision) == places


def test_commits_before_a_pull_are_not_counted_from_head() -> None:
    """Another branch or a pull puts unknown commits between them; a hash still names its commit."""
    ledger = a_ledger("aaaaaa1", "bbbbbb1")
    ledger.branch_since = 1

    assert (ledger.commit_of("HEAD"), ledger.commit_of("HEAD~1"), ledger.commit_of("aaaaaa1")) == (1, None, 0)
    assert ledger.commits_after("aaaaaa1") is None


def test_a_commit_that_was_undone_leaves_its_changes_loose() -> None:
    """HEAD is then the commit before it."""
    ledger = a_ledger("aaaaaa1", "bbbbbb1")
    ledger.uncommit([1], staged=True)

    assert ledger.commit_of("HEAD") == 0
    assert [(held.work.path, held.staged) for held in ledger.find_loose()] == [("1.py", True)]
    assert ledger.find_committed([0, 1]) == [ledger.held[0]]


def test_a_rollback_says_which_calls_are_gone_whole() -> None:
    """Of a call that changed two files and lost one, only a part was rolled back."""
    ledger = Ledger()
    both, other, alone = entry("a.py", b"both"), entry("b.py", b"both"), entry("c.py", b"alone")
    for held in (both, other, alone):
        ledger.put(held)
    ledger.roll_back(b"undo", 7, "git-checkout", 0.9, [both, alone])
    ledger.roll_back(b"again", 8, "git-checkout", 0.9, [both])

    assert [(one.calls, one.whole) for one in ledger.rollbacks] == [((b"alone",), True), ((b"both",), False)]
    assert ledger.at == {b"undo": 7}
    assert ledger.find_loose() == [other]


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("a.py", "a.py"),
        ("a.py", "src/a.py"),
        ("src", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("../src/a.py", "src/a.py"),
        (".", "src/a.py"),
        ("..", "src/a.py"),
        (":/", "src/a.py"),
        (":(top)src", "src/a.py"),
        ("*.py", "src/a.py"),
        ("/home/ann/web/src/a.py", "src/a.py"),
        ("a.py", "/home/ann/a.py"),
        ("ann", "/home/ann/a.py"),
    ],
)
def test_a_word_means_a_file_or_a_folder_above_it(word: str, path: str) -> None:
    """As git and the shell read it from a folder that is not known."""
    assert matches_path(word, path)


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("b.py", "a.py"),
        ("a.py", "aa.py"),
        ("sr", "src/a.py"),
        ("src/", "web/src/a.py"),
        ("*.js", "src/a.py"),
        ("/home/b.py", "src/a.py"),
    ],
)
def test_a_word_means_no_other_file(word: str, path: str) -> None:
    """Nor one whose name only ends or begins so."""
    assert not matches_path(word, path)
