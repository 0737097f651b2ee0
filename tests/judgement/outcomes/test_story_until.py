"""A session can be seen as it was: what came later is not there, nor what became of calls that still ran."""

import random
from dataclasses import replace
from math import inf

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.story_until import TimedStory, cut_after_calls, cut_story, time_story
from twiceshy.records.stories import Moment, Story
from twiceshy.records.work_parts import FetchedOutput


def a_session() -> Agent:
    """A prompt at second 1, an edit at 2, tests at 3, an edit at 4; each result comes half a second later."""
    agent = Agent()
    agent.says("Please mend it.")
    agent.edits("a.py", "one\n")
    agent.runs("pytest", "1 failed in 0.1s", 1)
    agent.edits("a.py", "two\n")
    agent.moments = [
        one._replace(step=one.step._replace(done_at=(one.step.at or 0) + 0.5)) if one.step.kind == "call" else one
        for one in agent.moments
    ]
    return agent


@pytest.mark.parametrize(
    ("until", "seen"),
    [
        (0.5, []),
        (1.0, ["prompt"]),
        (2.2, ["prompt", "open"]),
        (2.5, ["prompt", "done"]),
        (3.1, ["prompt", "done", "open"]),
    ],
)
def test_a_call_is_known_from_its_start_and_its_result_once_it_came(until: float, seen: list[str]) -> None:
    """Between the two nobody knows how it ends."""
    story = a_session().story
    cut = cut_story(time_story(story), until)

    assert [name_state(one) for one in cut.moments] == seen


def name_state(moment: Moment) -> str:
    """Return what a moment shows."""
    if moment.step.kind != "call":
        return moment.step.kind
    return "done" if moment.changed or moment.text else "open"


def test_output_that_was_fetched_later_is_known_later() -> None:
    """A command that went on running is open until its last output."""
    story = a_session().story
    tests = story.moments[2].step.uid
    times = time_story(story, [FetchedOutput(tests, story.moments[3].step.uid, 9.0)]).times

    assert [one.known for one in times] == [1.0, 2.5, 9.0, 4.5]


def test_what_has_no_time_has_that_of_its_neighbours() -> None:
    """A result was there before the next thing happened; of the last one nobody knows."""
    story = a_session().story
    steps = [one.step._replace(done_at=None) for one in story.moments]
    steps[2] = steps[2]._replace(at=None)
    moments = [one._replace(step=step) for one, step in zip(story.moments, steps, strict=True)]

    timed = time_story(replace(story, moments=tuple(moments)))

    assert [tuple(one) for one in timed.times] == [(1, 1), (2, 2), (2, 4), (4, inf)]


def test_a_session_without_any_time_is_known_never() -> None:
    """Nothing says that it came before the change."""
    story = a_session().story
    moments = tuple(one._replace(step=one.step._replace(at=None, done_at=None)) for one in story.moments)

    assert {one.began for one in time_story(replace(story, moments=moments)).times} == {inf}


def test_a_subagents_calls_stand_where_they_were_made() -> None:
    """Its log may come behind its parent's."""
    story = a_session().story
    first, *others = story.moments
    timed = time_story(replace(story, moments=(*others, first)))

    assert timed.story == story
    assert [one.began for one in timed.times] == [1, 2, 3, 4]


@pytest.mark.parametrize(("calls", "left"), [(0, 1), (1, 2), (2, 3), (3, 4), (9, 4)])
def test_a_story_can_be_cut_after_so_many_calls(calls: int, left: int) -> None:
    """With the result of the last of them."""
    cut = cut_after_calls(a_session().story, calls)

    assert len(cut.moments) == left
    assert all(name_state(one) != "open" for one in cut.moments)


def test_output_fetched_by_a_later_call_is_not_known_before_it() -> None:
    """By the number of calls as by the clock."""
    story = a_session().story
    fetched = [FetchedOutput(story.moments[2].step.uid, story.moments[3].step.uid, 4.0)]

    assert name_state(cut_after_calls(story, 2, fetched).moments[2]) == "open"
    assert name_state(cut_after_calls(story, 3, fetched).moments[2]) == "done"


def test_a_story_cut_is_the_same_whatever_came_later() -> None:
    """Move the clock over every moment: what comes after it may be anything."""
    chance = random.Random(1)
    timed = time_story(a_session().story)
    for until in sorted({one for time in timed.times for one in time}):
        other = timed._replace(story=spoil(timed, until, chance))
        assert cut_story(other, until) == cut_story(timed, until)


def spoil(timed: TimedStory, until: float, chance: random.Random) -> Story:
    """Return the story with other words in all that was not known at ``until``."""
    noise = str(chance.random())
    moments = [
        one if time.known <= until else one._replace(text=noise, exit_code=7, changed=(), commit=noise)
        for one, time in zip(timed.story.moments, timed.times, strict=True)
    ]
    return replace(timed.story, moments=tuple(moments))
