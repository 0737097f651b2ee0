"""logs.history.reverted_commits: which commits were taken back, and by what it is known."""

from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.logs.history.reverted_commits import choose_standing, find_reverts
from twiceshy.records.commits import CommitLook, Revert

AT = datetime(2026, 9, 1, tzinfo=UTC)


def name(letter: str) -> str:
    return letter * 40


def history(*rows: tuple[str, str, str]) -> list[CommitLook]:
    """A line of commits an hour apart: letter, tree, body."""
    return [
        CommitLook(
            hash=name(letter),
            parents=(name(rows[number - 1][0]),) if number else (),
            tree=tree or None,
            committed_at=AT + timedelta(hours=number),
            body=body,
        )
        for number, (letter, tree, body) in enumerate(rows)
    ]


SAID = f"This reverts commit {name('b')}."


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param((("a", "1", ""), ("b", "2", ""), ("c", "3", "")), [], id="none"),
        pytest.param((("a", "1", ""), ("b", "2", ""), ("c", "3", SAID)), [("b", "c", "message")], id="said"),
        pytest.param((("a", "1", ""), ("b", "2", ""), ("c", "1", "")), [("b", "c", "tree")], id="same tree"),
        pytest.param((("a", "1", ""), ("b", "2", ""), ("c", "1", SAID)), [("b", "c", "message")], id="both"),
        pytest.param((("a", "1", ""), ("b", "1", ""), ("c", "1", "")), [], id="empty commits"),
        pytest.param((("a", "", ""), ("b", "", ""), ("c", "", "")), [], id="trees not read"),
        pytest.param((("a", "1", ""), ("c", "3", "This reverts commit bbbbbbb.")), [], id="not here"),
        pytest.param((("a", "1", ""), ("b", "2", ""), ("c", "3", "reverts commit bbbbbbb")), [], id="other words"),
        pytest.param(
            (("a", "1", ""), ("b", "2", ""), ("c", "3", "This reverts commit bbbbbbbb.")),
            [("b", "c", "message")],
            id="abbreviated",
        ),
    ],
)
def test_what_shows_a_revert(rows: tuple[tuple[str, str, str], ...], found: list[tuple[str, str, str]]) -> None:
    """The surest evidence of each pair."""
    reverts = find_reverts(history(*rows), [])

    assert [(one.commit_hash[0], (one.by or "-")[0], one.evidence) for one in reverts] == found


def test_a_persons_word_counts_most() -> None:
    """It takes the place of what the message says."""
    told = Revert(commit_hash=name("b"), by=name("c"), at=AT)

    assert find_reverts(history(("a", "1", ""), ("b", "2", ""), ("c", "3", SAID)), [told]) == [told]


def test_an_abbreviation_of_two_commits_is_nobodys() -> None:
    """A gap is better than a wrong name."""
    twin = CommitLook(hash="b" * 39 + "c", parents=(), tree=None, committed_at=AT, body="")
    rows = [*history(("a", "1", ""), ("b", "2", ""), ("c", "3", "This reverts commit bbbbbbbb.")), twin]

    assert find_reverts(rows, []) == []


def test_a_revert_that_was_reverted_does_not_stand() -> None:
    """The first commit is there again."""
    chain = [
        Revert(commit_hash=name(letter), by=name(by), at=AT + timedelta(hours=hour))
        for hour, (letter, by) in enumerate([("b", "c"), ("c", "d"), ("d", "e")])
    ]

    assert choose_standing(chain[:1]) == {name("b")}
    assert choose_standing(chain[:2]) == {name("c")}
    assert choose_standing(chain) == {name("b"), name("d")}
