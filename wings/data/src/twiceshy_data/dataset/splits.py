"""To which part of the data does a session or commit belong: to learn from, to choose by, or to test on?

Parts follow each other in time, for a model is used on what comes after what it learned from. What belongs together
stays together, in the later part. Drawing at random is not offered: it tests on the days that were learned from.
"""

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Final, TypeVar

from twiceshy.base.errors import UsageError
from twiceshy.records.exports import Split, SplitCuts, SplitMember, SplitRecord, SplitShares, SplitWay

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


# How do the parts of the data stand in `splits.json`, so that a later export never moves a row from test to train?

_SCHEMA: Final = 1  # version of ours
RULES: Final = 1
"""Version of ours of splits and near-duplicates; it grows when the same store would be parted otherwise."""
_BAD: Final = "this is no splits.json of `twiceshy export`"


def hash_member(key: bytes, salt: bytes) -> str:
    """Return by what a session is known in `splits.json`: only this installation can tell which it is."""
    return blake2b(key, key=salt, digest_size=8, person=b"split").hexdigest()


def encode_record(record: SplitRecord) -> str:
    """Return the text of `splits.json`."""
    value = {
        "schema_version": _SCHEMA,
        "rule_version": RULES,
        "way": record.way,
        "shares": list(record.shares),
        "cuts": {name: at and at.isoformat() for name, at in record.cuts._asdict().items()},
        "sessions": {split: list(record.sessions.get(split, ())) for split in Split},
    }
    return json.dumps(value, indent=1) + "\n"


def parse_record(text: str) -> SplitRecord:
    """Parse a `splits.json`.

    Raises:
        UsageError: it is something else, or of a later version.
    """
    try:
        value = json.loads(text)
        if not isinstance(value, dict):
            raise UsageError(f"{_BAD}: it is no JSON object.")
        if value["schema_version"] != _SCHEMA:
            raise UsageError(f"{_BAD} of this version: update twiceshy, or leave --splits out.")
        return SplitRecord(
            way=SplitWay(value["way"]),
            shares=parse_shares("/".join(map(str, value["shares"]))),
            cuts=_parse_cuts(value["cuts"]),
            sessions={split: tuple(map(str, value["sessions"][split])) for split in Split},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise UsageError(f"{_BAD}: name one that it wrote, or leave --splits out.") from exc


def _parse_cuts(value: Mapping[str, str | None]) -> SplitCuts:
    """Parse the cuts; a time without a zone is refused, as it cannot be compared."""
    times = [None if value[name] is None else datetime.fromisoformat(str(value[name])) for name in SplitCuts._fields]
    if any(at is not None and at.tzinfo is None for at in times):
        raise UsageError(f"{_BAD}: a cut has no time zone.")
    return SplitCuts(*times)


def parse_shares(text: str) -> SplitShares:
    """Parse ``80/10/10``.

    Raises:
        UsageError: these are not three whole numbers, or nothing is left to learn from.
    """
    pieces = text.split("/")
    if len(pieces) != len(SplitShares._fields) or not all(one.isdecimal() and len(one) < 4 for one in pieces):  # digits
        raise UsageError(f"--splits takes three shares such as 80/10/10, `none`, or a splits.json: not {text!r:.40}.")
    shares = SplitShares(*map(int, pieces))
    if not shares.train:
        raise UsageError("--splits needs a first share above 0: nothing would be left to learn from.")
    return shares


# Which sessions and commits belong together, so that a split must not part them?

_Member = TypeVar("_Member", bound=Hashable)


def join_groups(joins: Iterable[tuple[_Member, _Member]]) -> dict[_Member, _Member]:
    """Return the group of each member that is joined with another, named by one of them.

    >>> groups = join_groups([("a", "b"), ("c", "d"), ("b", "e")])
    >>> groups["a"] == groups["e"], groups["a"] == groups["c"]
    (True, False)
    """
    parents: dict[_Member, _Member] = {}
    for one, other in joins:
        first, second = _find_root(parents, one), _find_root(parents, other)
        parents[second] = first
    return {member: _find_root(parents, member) for member in list(parents)}


def _find_root(parents: dict[_Member, _Member], member: _Member) -> _Member:
    """Return the member that stands for the group, and shorten the way to it."""
    root = member
    while (above := parents.setdefault(root, root)) != root:
        root = above
    while member != root:
        parents[member], member = root, parents[member]
    return root
