"""How long does it take here until a bad change is found out, and which changes are old enough to count as good?

A delay is seen only if the fix has come by now, so long delays are missing the more, the younger the repository is.
The estimate makes up for that: Lynden-Bell's for data that are cut off above (1971, Monthly Notices of the Royal
Astronomical Society 155, 95).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from twiceshy.records.change_risk import ChangeRow, FixLabel

FOUND_SHARE: Final = 0.9
"""Share of bad changes that are found out when a change counts as good (guess, 2026-11-23)."""
LONGEST_WAIT: Final = 2 * 365.25 * 86_400
"""Seconds: two years (guess, 2026-11-23). Also where a repository's own delays are not known. DPDK, Open vSwitch and
iproute2 find 78 to 81 % of their bad changes by then: who waits for the rest has nothing new to learn from."""
_LEAST: Final = 30
"""Bad changes that are needed to tell their delays (guess, 2026-11-23)."""
_LEAST_BESIDE: Final = 10
"""Delays that must have had the chance to be as long as one that counts (guess, 2026-11-23): of fewer, one change
would decide."""
_RARE: Final = 20
"""One label in so many may be older than the habit (guess, 2026-11-23)."""


def find_wait(changed: Mapping[str, float], labels: Iterable[FixLabel], now: float) -> float:
    """Return the seconds within which nine of ten bad changes are found out, by what is known at ``now``.

    At most two years: the rest of the bad ones counts as good, and ``share_found`` says how many these are.
    ``changed``: when each change was made.
    """
    delays = _list_delays(changed, labels, now)
    if len(delays) < _LEAST:
        return LONGEST_WAIT
    return min(LONGEST_WAIT, *(length for length, share in _spread_delays(delays) if share >= FOUND_SHARE))


def share_found(changed: Mapping[str, float], labels: Iterable[FixLabel], now: float, wait: float) -> float | None:
    """Return which share of the bad changes is found out within ``wait`` seconds, of all that ever are.

    None where too few are known. It rests on the longest delays seen, so that of a young repository it says too much.
    """
    delays = _list_delays(changed, labels, now)
    if len(delays) < _LEAST:
        return None
    return next((share for length, share in _spread_delays(delays) if length <= wait), 0.0)


def first_found(labels: Iterable[FixLabel], now: float) -> dict[str, float]:
    """Return when each bad change was first found out, of those found by ``now``."""
    found: dict[str, float] = {}
    for one in labels:
        if one.known_at <= now:
            found[one.commit] = min(one.known_at, found.get(one.commit, one.known_at))
    return found


def judge_rows(
    rows: Sequence[ChangeRow], labels: Iterable[FixLabel], now: float, made: Mapping[str, float] | None = None
) -> list[bool | None]:
    """Return of each change whether it was bad, as known at ``now``; None while nobody can know that it was good.

    ``made``: when each change of the repository was made, where these are not all.
    """
    known = [one for one in labels if one.known_at <= now]
    bad = first_found(known, now)
    old = now - find_wait({one.id: one.at for one in rows} if made is None else made, known, now)
    return [one.id in bad or (False if one.at <= old else None) for one in rows]


def _list_delays(changed: Mapping[str, float], labels: Iterable[FixLabel], now: float) -> list[tuple[float, float]]:
    """Return how long each bad change took to be found out, and how long it could have taken.

    Of changes older than the habit to name them only those stand here that were found late: these are left out.
    """
    found = first_found(labels, now)
    if not found:
        return []
    habit = sorted(found.values())[len(found) // _RARE]
    known = [(at, changed[name]) for name, at in found.items() if name in changed]
    return [(max(0.0, at - made), now - made) for at, made in known if made >= habit]


def _spread_delays(delays: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield each delay, the longest first, with the share of all that do not exceed it; at last nothing is left.

    A delay has the share that it has among those that are no longer, and could have been as long.
    """
    lengths = sorted(length for length, _ in delays)
    limits = sorted(limit for _, limit in delays)
    share = 1.0
    for length in sorted(set(lengths), reverse=True):
        yield length, share
        until = bisect_right(lengths, length)
        beside = until - bisect_left(limits, length)
        if beside >= _LEAST_BESIDE:
            share *= 1 - (until - bisect_left(lengths, length)) / beside
    yield lengths[0], 0.0
