"""What got a session over a failed command: the next like command that was another, with nothing edited between."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from twiceshy.advice import keys
from twiceshy.advice.failures import reduced
from twiceshy.advice.trials import EDITING, PROBES
from twiceshy.facts.first_word import first_word
from twiceshy.records.rules import Fix
from twiceshy.records.story import Moment

VERSION = 2
SOON = 6
"""Calls after the failure within which a like command counts as a try to get over it (guess)."""
ALIKE = 0.5
"""Share of words in common from which two commands are like (guess)."""
FEWEST, MOSTLY = 2, 0.75
"""Sessions in which a fix worked, and share of its tries, from which it is told (guess)."""
TELLS = 0.3
"""Share of a failure's known ways out that a fix must be, so that lines that say little tell nothing (guess)."""


class Open(NamedTuple):
    """A failure that waits for what got over it."""

    key: bytes
    call: bytes
    command: str
    number: int


def fixes(moments: Iterable[Moment], folder: str, salt: bytes) -> Iterator[Fix]:
    """Each try to get over a failed command, and whether it worked; the moments are in order."""
    waiting: dict[bytes | None, Open | None] = defaultdict(lambda: None)
    number: dict[bytes | None, int] = defaultdict(int)
    for moment in moments:
        step = moment.step
        if step.kind == "prompt":
            waiting.clear()
        if step.kind != "call":
            continue
        number[step.run] += 1
        if step.action in EDITING:
            waiting[step.run] = None
        if step.action != "run" or not moment.command:
            continue
        before = waiting[step.run]
        if before is not None and number[step.run] - before.number <= SOON and tries(moment, before):
            worked = step.failure is None
            yield Fix(before.key, keys.of_command(moment.command, "", salt), worked, before.call, step.uid)
            waiting[step.run] = None if worked else before
        if step.failure == "error" and before_free(waiting[step.run], number[step.run]):
            waiting[step.run] = opened(moment, number[step.run], keys.of_failure(folder, reduced(moment.text), salt))


def before_free(before: Open | None, number: int) -> bool:
    """Whether no earlier failure waits any more."""
    return before is None or number - before.number >= SOON


def opened(moment: Moment, number: int, key: bytes) -> Open | None:
    """The failure; None where what it said tells nothing, or where failing is an answer."""
    if not reduced(moment.text) or first_word(moment.command) in PROBES:
        return None
    return Open(key, moment.step.uid, moment.command, number)


def tries(moment: Moment, before: Open) -> bool:
    """Whether a command is another try at what failed, of which it can be seen how it ended."""
    unseen = moment.step.masked and moment.step.failure is None
    return moment.command != before.command and not unseen and like(before.command, moment.command)


def like(one: str, other: str) -> bool:
    """Whether two commands are tries at one thing."""
    first, second = set(one.split()), set(other.split())
    return len(first & second) >= ALIKE * min(len(first), len(second))


class Remedy(NamedTuple):
    """One way out of a failure, over all sessions."""

    key: bytes
    tried: int
    worked: int
    sessions: int
    """In which it worked."""
    failed_call: bytes
    fix_call: bytes


def remedies(found: Mapping[bytes, Iterable[Fix]]) -> list[Remedy]:
    """For each failure the way out that worked most often, where it did often enough.

    Args:
        found: by session, oldest first.
    """
    ways: dict[tuple[bytes, bytes], list[tuple[bytes, Fix]]] = defaultdict(list)
    outs: dict[bytes, int] = defaultdict(int)
    for session, some in found.items():
        for one in some:
            ways[one.failure, one.fix].append((session, one))
            outs[one.failure] += one.worked
    best: dict[bytes, Remedy] = {}
    for (failure, _), tries in ways.items():
        worked = [(session, one) for session, one in tries if one.worked]
        sessions = len({session for session, _ in worked})
        if sessions < FEWEST or len(worked) < MOSTLY * len(tries) or len(worked) < TELLS * outs[failure]:
            continue
        last = worked[-1][1]
        made = Remedy(failure, len(tries), len(worked), sessions, last.failed_call, last.fix_call)
        if failure not in best or (made.sessions, made.worked) > (best[failure].sessions, best[failure].worked):
            best[failure] = made
    return list(best.values())
