"""Which part of a session led to which of its commits?

What was done since the session's commit before, as authors' clocks have it: a rebase gives commits a new time, but not
new work. Nothing that came after a commit's own time is ever part of it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from math import inf
from typing import Final, NamedTuple

from twiceshy.judgement.outcomes.story_until import TimedStory, cut_story
from twiceshy.records.work_parts import ModelTokens, WorkPart

_HASH_BYTES: Final = 8
"""Of one line, by definition in ``records.events.Edit``."""


class LinkedCommit(NamedTuple):
    """A commit that has work of a session."""

    hash: str
    authored: float
    """Seconds since 1970."""
    at: float
    """From when on it was surely there."""


class WorkSpan(NamedTuple):
    """The time in which the work for one commit was done."""

    after: float
    until: float


def divide_work(commits: Iterable[LinkedCommit]) -> Mapping[str, WorkSpan]:
    """Return the time of each commit's work, from the commits of one session."""
    linked = list(commits)
    authored = sorted({one.authored for one in linked})
    spans = {}
    for one in linked:
        place = bisect_right(authored, one.authored)
        following = authored[place] if place < len(authored) else inf
        spans[one.hash] = WorkSpan(authored[place - 2] if place > 1 else -inf, min(one.at, following))
    return spans


def take_part(timed: TimedStory, span: WorkSpan, tokens: Iterable[ModelTokens]) -> WorkPart:
    """Return the part of a story that falls in a span, with all that was known of the story at its end."""
    start = sum(time.began <= span.after for time in timed.times)
    return WorkPart(cut_story(timed, span.until), start, [one for one in tokens if span.after < one.at <= span.until])


def find_written_lines(part: WorkPart) -> frozenset[bytes]:
    """Return the lines that agents put in until then, as salted hashes."""
    return frozenset(line for one in part.story.moments for file in one.changed for line in file.added)


def split_lines(hashes: bytes) -> frozenset[bytes]:
    """Return the different lines of a commit, of which the store keeps hashes one after the other."""
    return frozenset(hashes[start : start + _HASH_BYTES] for start in range(0, len(hashes), _HASH_BYTES))
