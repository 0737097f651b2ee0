"""The outcome of a call that advice was given about.

Advice after a failure comes when the call has failed already; its outcome is whether the next try worked.
"""

from collections.abc import Iterable, Mapping

from twiceshy.records.rules import Advice, Fate, Fix, Level, RuleKind


def find_recoveries(tries: Iterable[Fix]) -> dict[bytes, bool]:
    """Map each failed call after which a similar one was tried to whether one of these worked."""
    found: dict[bytes, bool] = {}
    for one in tries:
        found[one.failed_call] = found.get(one.failed_call, False) or one.worked
    return found


def resolve_outcome(given: Advice, fate: Fate | None, tried: Mapping[bytes, bool]) -> Fate | None:
    """Return the outcome of the call that the advice was about; None where it is not known.

    A call that was refused by us was not made, whatever the agent's log calls that.
    """
    if given.category == RuleKind.FIX:
        worked = tried.get(given.call or b"")
        return None if worked is None else Fate.FINE if worked else Fate.FAILED
    refused = given.level is Level.BLOCK and given.shown and fate is Fate.FAILED
    return Fate.NOT_MADE if refused else fate
