"""Requests for nothing but a to-do list or another look at a running command: each pays for the whole context again.

What a request costs beyond what it brought is the reading of its context. A list that is kept in the message of a call
that does work needs no request of its own; what new text the request sent is sent by the next one all the same, so it
is not saved. A command that is waited for long enough needs fewer polls, and what those wrote is saved too.
"""

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

from twiceshy.records.spend import ContextItem, LoneCalls, LoneKind

FIRST_WAIT_S: Final = 30.0
"""Seconds that a command can be waited for before the first poll (measured, 2026-11-25: nine of ten calls of
Codex' ``exec_command`` in two projects came back within it)."""
NEXT_WAIT_S: Final = 120.0
"""Seconds that one poll can wait (measured, 2026-11-25: polls of Codex that asked for 60, 90 and 120 seconds waited as
long, and came back sooner where the command ended)."""
LISTS: Final = "to-do lists"
POLLS: Final = "polls"
"""Names of items that the model writes: what ``archive.reads.context_items`` calls these calls."""
_KINDS: Final = {LISTS: LoneKind.LIST, POLLS: LoneKind.POLL}
_SAID: Final = frozenset({"words", "thinking"})
_MOST_SAID: Final = 400
"""Characters of words beside the call, above which the message told the person something (guess, 2026-11-25)."""
_RANK_BITS: Final = 22  # of ``Stamp.rank`` behind the milliseconds (by definition of it)


class LoneStep(NamedTuple):
    """One request of a thread, as far as it matters whether it was for one small call."""

    place: int
    """As ``ThreadRequest.place``."""
    at: float | None
    """POSIX seconds."""
    kind: LoneKind | None
    """None: it did something else."""
    came_at: float | None
    """When the first result before it came; None where nothing came or a log has no times."""
    read_usd: float
    """Dollars of what it read from the cache."""
    output_usd: float
    total_usd: float


def name_request(own: Sequence[ContextItem]) -> LoneKind | None:
    """Return what a request was for, where it was for nothing else."""
    calls = {item.name for item in own} - _SAID
    if len(calls) != 1 or sum(item.size for item in own if item.name == "words") > _MOST_SAID:
        return None
    return _KINDS.get(calls.pop())


def find_time(items: Sequence[ContextItem]) -> float | None:
    """Return when the first of these items came; None where their log has no times.

    >>> from twiceshy.records.spend import Cause
    >>> find_time([ContextItem(5_000 << 22, Cause.COMMANDS, "ls", 9)])
    5.0
    """
    first = items[0].place >> _RANK_BITS if items else 0
    return first / 1000 if first else None


def count_lone_calls(steps: Sequence[LoneStep]) -> list[LoneCalls]:
    """Return what requests for lists alone, and polls, cost a thread; one row for each that there was."""
    found = []
    lists = [step for step in steps if step.kind is LoneKind.LIST]
    if lists:
        found.append(
            LoneCalls(
                kind=LoneKind.LIST,
                place=lists[0].place,
                count=len(lists),
                needless=len(lists),
                likely_usd=sum(step.read_usd for step in lists),
                most_usd=sum(step.total_usd for step in lists),
            )
        )
    return [*found, *_count_polls(steps)]


def _count_polls(steps: Sequence[LoneStep]) -> list[LoneCalls]:
    """Replay each command that was polled with longer waits."""
    place, count, needless, likely, most = 0, 0, 0, 0.0, 0.0
    number = 0
    while number < len(steps):
        end = number
        while end < len(steps) and steps[end].kind is LoneKind.POLL:
            end += 1
        run = steps[number:end]
        if run and number:
            spared = len(run) - min(_count_needed(steps[number - 1], run, steps[end : end + 1]), len(run))
            saved = sum(step.read_usd + step.output_usd for step in run)
            place, count, needless = place or run[0].place, count + len(run), needless + spared
            likely, most = likely + saved * spared / len(run), most + saved
        number = max(end, number + 1)
    if not count:
        return []
    return [LoneCalls(LoneKind.POLL, place, count, needless, likely, most)]


def _count_needed(before: LoneStep, run: Sequence[LoneStep], after: Sequence[LoneStep]) -> int:
    """Return how many polls a command needs that is waited for as long as can be; all where a log has no times."""
    ended = (after[0].came_at if after else None) or run[-1].at
    if before.at is None or ended is None:
        return len(run)
    return max(ceil((ended - before.at - FIRST_WAIT_S) / NEXT_WAIT_S), 0)
