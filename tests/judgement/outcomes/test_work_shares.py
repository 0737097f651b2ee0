"""How an agent worked on a change is told in shares; what cannot be known is left out."""

from collections.abc import Callable
from math import inf

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.story_until import cut_story, time_story
from twiceshy.judgement.outcomes.work_parts import WorkSpan, take_part
from twiceshy.judgement.outcomes.work_shares import describe_work, sum_up
from twiceshy.records.work_parts import ModelTokens, WorkPart


def read_and_test(agent: Agent) -> None:
    """A careful one."""
    agent.says("Please mend the sum in a.py")
    agent.reads("a.py")
    agent.edits("a.py", "one\ntwo\n")
    agent.runs("pytest -q", "3 passed in 0.1s")


def write_twice(agent: Agent) -> None:
    """Half of what is written is taken out again; the tests ran before that and their status is hidden."""
    agent.edits("a.py", "one\ntwo\n")
    agent.runs("pytest -q | tail -1", "1 failed in 0.1s")
    agent.edits("a.py", "one\nthree\n")


def get_lost(agent: Agent) -> None:
    """A summary took the place of the dialogue; an edit fails, and a person says no and stop."""
    agent.says("Go on")
    agent.files["a.py"] = "zero\n"
    agent.edits("a.py", "one\n")
    agent.marks("compaction")
    agent.edits("b.py", "two\n", failure="error")
    agent.is_refused("b.py")
    agent.marks("interrupt")


def write_notes(agent: Agent) -> None:
    """No test is asked for."""
    agent.edits("README.md", "one\n")


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (
            read_and_test,
            {
                "agent_blind_edit_rate": 0.0,
                "agent_read_efficiency": 1.0,
                "searches_before_edit": 0.0,
                "tests_after_edit": 1.0,
                "last_tests_green": 1.0,
                "red_tests_rate": 0.0,
                "hidden_status_rate": 0.0,
                "prompt_words": 6.0,
                "user_engagement_rate": 1 / 3,
                "failed_call_rate": 0.0,
                "refusals_per_prompt": 0.0,
                "planned": 0.0,
                "tokens_read_per_line": None,
            },
        ),
        (
            write_twice,
            {
                "tests_after_edit": 0.0,
                "last_tests_green": None,
                "red_tests_rate": 1.0,
                "hidden_status_rate": 1.0,
                "churn_rate": 1 / 3,
                "reedit_rate": 1 / 2,
                "return_rate": 0.0,
                "prompt_words": None,
                "refusals_per_prompt": None,
            },
        ),
        (
            get_lost,
            {
                "agent_blind_edit_rate": 1.0,
                "failed_edit_rate": 1 / 2,
                "refusals_per_prompt": 1.0,
                "interrupts_per_prompt": 1.0,
                "edits_after_compaction": 1 / 2,
                "tests_after_edit": 0.0,
                "hidden_status_rate": None,
            },
        ),
        (write_notes, {"tests_after_edit": None, "churn_rate": 0.0}),
    ],
)
def test_work_is_told_in_shares(work: Callable[[Agent], None], said: dict[str, float | None]) -> None:
    """A share of nothing is not there: nobody takes it for 0."""
    agent = Agent()
    work(agent)
    found = describe_work(WorkPart(agent.story, 0))

    assert {name: found.get(name) for name in said} == {
        name: None if value is None else pytest.approx(value) for name, value in said.items()
    }


def test_tokens_are_told_by_line_changed() -> None:
    """Read and written."""
    agent = Agent()
    agent.edits("a.py", "one\ntwo\n")
    found = describe_work(WorkPart(agent.story, 0, [ModelTokens(1.0, "m", 50, 4), ModelTokens(1.0, "m", 50, 2)]))

    assert (found["tokens_read_per_line"], found["tokens_written_per_line"]) == (50, 3)


def test_a_part_counts_its_own_work_with_what_was_seen_before() -> None:
    """The file was read for the change before: this edit is not blind, and its tests are its own."""
    agent = Agent()
    read_and_test(agent)
    start = len(agent.moments)
    agent.edits("a.py", "one\nthree\n")
    found = describe_work(WorkPart(agent.story, start))

    assert (found["agent_blind_edit_rate"], found["tests_after_edit"]) == (0.0, 0.0)
    assert "red_tests_rate" not in found
    assert describe_work(WorkPart(agent.story, len(agent.moments))) == {}


def test_every_number_is_the_same_whatever_comes_after() -> None:
    """Move the clock over every moment: the work as known then is what a shorter log says."""
    agent = Agent()
    for work in (read_and_test, write_twice, get_lost):
        work(agent)
    agent.moments = [
        one._replace(step=one.step._replace(done_at=(one.step.at or 0) + 0.5)) if one.step.kind == "call" else one
        for one in agent.moments
    ]
    timed = time_story(agent.story)
    for until in [one.known for one in timed.times]:
        whole = take_part(timed, WorkSpan(2.0, until), [])
        alone = take_part(time_story(cut_story(timed, until)), WorkSpan(2.0, inf), [])
        assert describe_work(whole) == describe_work(alone)


def test_sessions_weigh_by_their_lines() -> None:
    """What one knows alone counts as it is."""
    assert sum_up([({"a": 1.0, "b": 0.5}, 3), ({"a": 0.0}, 1)]) == {"a": 0.75, "b": 0.5}
