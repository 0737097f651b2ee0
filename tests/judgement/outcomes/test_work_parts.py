"""Each commit has its own part of a session's work."""

from math import inf

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.story_until import time_story
from twiceshy.judgement.outcomes.work_parts import (
    LinkedCommit,
    WorkSpan,
    divide_work,
    find_written_lines,
    split_lines,
    take_part,
)
from twiceshy.records.work_parts import ModelTokens


@pytest.mark.parametrize(
    ("commits", "spans"),
    [
        ([("a", 10, 10)], {"a": (-inf, 10)}),
        ([("a", 10, 10), ("b", 20, 20)], {"a": (-inf, 10), "b": (10, 20)}),
        ([("a", 10, 90), ("b", 20, 90)], {"a": (-inf, 20), "b": (10, 90)}),
        ([("a", 10, 15), ("b", 20, 20)], {"a": (-inf, 15), "b": (10, 20)}),
        ([("a", 10, 10), ("copy", 10, 50)], {"a": (-inf, 10), "copy": (-inf, 50)}),
    ],
    ids=["alone", "one-after-the-other", "rebased", "amended", "copied"],
)
def test_work_falls_between_the_commits_of_a_session(
    commits: list[tuple[str, float, float]], spans: dict[str, tuple[float, float]]
) -> None:
    """By the authors' clock, as a rebase makes no new work; never later than the commit itself."""
    assert divide_work(LinkedCommit(*one) for one in commits) == {name: WorkSpan(*span) for name, span in spans.items()}


def test_a_part_starts_after_the_commit_before_and_knows_what_was_before_it() -> None:
    """Files read for the first commit were read for the second one too."""
    agent = Agent()
    for name in ("a.py", "b.py", "c.py"):
        agent.edits(name, f"{name}\n")
    agent.moments = [one._replace(step=one.step._replace(done_at=one.step.at)) for one in agent.moments]
    tokens = [ModelTokens(at, "m", 1, 1) for at in (1.0, 2.0, 3.0, inf)]
    part = take_part(time_story(agent.story), WorkSpan(1.0, 2.0), tokens)

    assert (len(part.story.moments), part.start) == (2, 1)
    assert [one.at for one in part.tokens] == [2.0]
    assert find_written_lines(part) == {
        line for one in agent.moments[:2] for file in one.changed for line in file.added
    }


def test_lines_of_a_commit_are_told_apart() -> None:
    """The store keeps eight bytes of each, one after the other."""
    assert split_lines(b"aaaaaaaabbbbbbbbaaaaaaaa") == {b"a" * 8, b"b" * 8}
