"""To which part of the data does a session or commit belong: to learn from, to choose by, or to test on?

Parts follow each other in time, for a model is used on what comes after what it learned from. What belongs together
stays together, in the later part. Drawing at random is not offered: it tests on the days that were learned from.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from twiceshy.records.exports import Split, SplitCuts, SplitMember, SplitShares

ORDER: Final = tuple(Split)
"""The earliest first."""


def choose_cuts(times: Iterable[datetime], shares: SplitShares) -> SplitCuts:
    """Return the cuts that give each part its share; the first part gets one at least.

    What began at one time is never parted.
    """
    ordered = sorted(times)
    whole = sum(shares) or 1
    first = max(1, len(ordered) * shares.train // whole)
    second = max(first, len(ordered) * (shares.train + shares.validation) // whole)
    return SplitCuts(
        ordered[first] if first < second else None,
        ordered[second] if shares.test and second < len(ordered) else None,
    )


def find_split(at: datetime | None, cuts: SplitCuts) -> Split:
    """Return the part of a time; what has none may be of any, so it goes to the last and nothing learns from it."""
    if cuts.test is not None and (at is None or at >= cuts.test):
        return Split.TEST
    if cuts.validation is not None and (at is None or at >= cuts.validation):
        return Split.VALIDATION
    return Split.TRAIN


def keep_together(found: Mapping[bytes, Split], groups: Mapping[bytes, bytes]) -> dict[bytes, Split]:
    """Return the parts with each group whole in the latest part of any of its members."""
    latest: dict[bytes, Split] = {}
    for key, split in found.items():
        group = groups.get(key, key)
        latest[group] = pick_later(latest.get(group, split), split)
    return {key: latest[groups.get(key, key)] for key in found}


def pick_later(one: Split, other: Split) -> Split:
    """Return the later of two parts."""
    return max(one, other, key=ORDER.index)


def split_by_project(
    members: Sequence[SplitMember], groups: Mapping[bytes, bytes], shares: SplitShares
) -> dict[bytes, Split]:
    """Return the part of each member such that no project, and no group, is in two.

    The smallest projects make the test part, then validation; so the parts that are measured on hold many projects.
    The first part keeps one at least.
    """
    heaps = _gather_heaps(members, groups)
    order = sorted(heaps, key=lambda name: (len(heaps[name]), name))
    found: dict[bytes, Split] = {}
    for split, share in ((Split.TEST, shares.test), (Split.VALIDATION, shares.validation)):
        room, taken = share * len(members) / (sum(shares) or 1), 0
        while len(order) > 1 and taken < room:
            name = order.pop(0)
            taken += len(heaps[name])
            found.update(dict.fromkeys(heaps[name], split))
    return {one.key: found.get(one.key, Split.TRAIN) for one in members}


def _gather_heaps(members: Sequence[SplitMember], groups: Mapping[bytes, bytes]) -> dict[str, list[bytes]]:
    """Return the members by project; projects that share a group are one heap."""
    owners: dict[bytes, str] = {}
    names: dict[str, str] = {}
    for one in members:
        own = _follow(names, one.project)
        other = _follow(names, owners.setdefault(groups.get(one.key, one.key), own))
        names[max(own, other)] = min(own, other)
    heaps: dict[str, list[bytes]] = {}
    for one in members:
        heaps.setdefault(_follow(names, one.project), []).append(one.key)
    return heaps


def _follow(names: Mapping[str, str], name: str) -> str:
    while (after := names.get(name, name)) != name:
        name = after
    return name
