"""A session as it was at one moment: nothing that was said, done or printed later is in it.

A call is known from its start on, and what came of it once its result was there: of a command that went on running,
once the last of its output was fetched. What has no time of its own has that of what stands before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf
from typing import NamedTuple

from twiceshy.records.stories import Moment, Story
from twiceshy.records.work_parts import FetchedOutput


class MomentTimes(NamedTuple):
    """When something was there to be known; seconds since 1970, infinite where that is not known."""

    began: float
    known: float
    """When its result was there; of what is no call, when it began."""


class TimedStory(NamedTuple):
    """A story in the order of time, as subagents' logs may stand behind what their parent did later."""

    story: Story
    times: Sequence[MomentTimes]
    """Of each moment."""


def time_story(story: Story, fetched: Iterable[FetchedOutput] = ()) -> TimedStory:
    """Return the story in the order of time, with the times of each moment."""
    late: dict[bytes, float] = {}
    for one in fetched:
        late[one.run] = max(late.get(one.run, -inf), one.at)
    places = sorted(enumerate(_fill_times(story.moments)), key=lambda pair: pair[1])
    moments = tuple(story.moments[place] for place, _ in places)
    began = [at for _, at in places]
    times = [_time_moment(*one, late) for one in zip(moments, began, [*began, inf][1:], strict=True)]
    return TimedStory(replace(story, moments=moments), times)


def _fill_times(moments: Sequence[Moment]) -> list[float]:
    """Return when each moment began; what has no time, when the one before it did."""
    times, last = [], inf
    for moment in moments:
        last = last if moment.step.at is None else moment.step.at
        times.append(last)
    return times


def _time_moment(moment: Moment, began: float, following: float, late: dict[bytes, float]) -> MomentTimes:
    step = moment.step
    if step.kind != "call":
        return MomentTimes(began, began)
    done = following if step.done_at is None else step.done_at
    return MomentTimes(began, max(began, done, late.get(step.uid, -inf)))


def cut_story(timed: TimedStory, until: float) -> Story:
    """Return the story as it was known at ``until``."""
    kept = [
        moment if time.known <= until else forget_result(moment)
        for moment, time in zip(timed.story.moments, timed.times, strict=True)
        if time.began <= until
    ]
    return replace(timed.story, moments=tuple(kept))


def cut_after_calls(story: Story, calls: int, fetched: Iterable[FetchedOutput] = ()) -> Story:
    """Return the story up to the result of its call of that number; of a later call nothing is known."""
    places = [place for place, moment in enumerate(story.moments) if moment.step.kind == "call"]
    if calls >= len(places):
        return story
    kept = story.moments[: places[calls]]
    known = {moment.step.uid for moment in kept}
    open_ = {one.run for one in fetched if one.by not in known}
    return replace(story, moments=tuple(forget_result(one) if one.step.uid in open_ else one for one in kept))


def forget_result(moment: Moment) -> Moment:
    """Return a call as it was before its result came."""
    step = moment.step._replace(
        failure=None, fingerprint=None, message=None, done_at=None, size=0, edited=(), created=False
    )
    return moment._replace(step=step, text="", exit_code=None, words="", commit="", changed=())
