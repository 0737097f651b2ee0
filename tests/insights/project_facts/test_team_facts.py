"""insights.project_facts.team_facts: what worked in two or more people's work."""

from datetime import UTC, datetime

import pytest

from twiceshy.insights.project_facts.team_facts import pool_facts
from twiceshy.records.team_knowledge import FactVote

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def vote(member: int, worked: int = 3, n: int = 4, says: str = "", project: bytes = b"p") -> FactVote:
    command = says and "`make test`"
    return FactVote(
        member=bytes([member]),
        key=b"f",
        project=project,
        kind="test",
        worked=worked,
        n=n,
        sessions=2,
        says=says,
        command=command,
    )


@pytest.mark.parametrize(
    "votes",
    [
        pytest.param([], id="nothing"),
        pytest.param([vote(1)], id="one person"),
        pytest.param([vote(1), vote(2, project=b"q")], id="two projects"),
        pytest.param([vote(1), vote(2, worked=0)], id="it worked for one"),
        pytest.param([vote(1, 3, 10), vote(2, 3, 10)], id="it mostly fails"),
    ],
)
def test_what_two_people_did_not_prove_is_no_fact(votes: list[FactVote]) -> None:
    """It must have worked in the same project for two people, more often than not."""
    assert pool_facts(votes, NOW) == []


def test_counts_are_summed_and_the_words_of_most_are_passed_on() -> None:
    """One fact of three people, one of whom sends no words."""
    (found,) = pool_facts([vote(1, 3, 4), vote(2, 9, 9, "b"), vote(3, 1, 4, "a")], NOW)

    assert (found.worked, found.n, found.people) == (13, 17, 3)
    assert (found.says, found.command, found.kind) == ("b", "`make test`", "test")
