"""Which part does each session and commit of the store belong to?"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import read_commit_members, read_joins, read_session_members
from twiceshy.base.values import Scope
from twiceshy.records.exports import NO_CUTS, Split, SplitCuts, SplitMember, SplitRecord, SplitShares, SplitWay
from twiceshy.wings.data.dataset.groups import join_groups
from twiceshy.wings.data.dataset.split_records import hash_member
from twiceshy.wings.data.dataset.splits import choose_cuts, find_split, keep_together, pick_later, split_by_project


class SplitWish(NamedTuple):
    """How to part the rows."""

    scope: Scope = Scope()
    shares: SplitShares | None = SplitShares()
    """None: not at all; each row's part is NULL then."""
    cuts: SplitCuts = NO_CUTS
    """Where the later parts begin, if somebody said so."""
    way: SplitWay = SplitWay.TIME
    known: SplitRecord | None = None
    """The parts of an earlier export, which hold."""


class SplitPlan(NamedTuple):
    """The part of everything that is parted."""

    members: tuple[SplitMember, ...]
    """Sessions, then commits."""
    sessions: int
    """How many of the members are sessions."""
    cuts: SplitCuts
    splits: Mapping[bytes, Split]
    """By the member's key; empty where nothing is parted."""
    by_project: Mapping[str, Split]
    """Only where projects are kept apart."""
    groups: int
    """Heaps of two and more that belong together."""


def plan_splits(store: Store, wish: SplitWish, list_times: Callable[[], Iterable[datetime]] | None) -> SplitPlan:
    """Return the parts.

    The cuts are where somebody said, or where they were before; else sessions get the shares, or where there are
    none, or ``list_times`` is given for rows that are no part of sessions, the times that it lists.
    """
    sessions = read_session_members(store.connection, wish.scope)
    members = (*sessions, *read_commit_members(store.connection))
    if wish.shares is None:
        return SplitPlan(members, len(sessions), NO_CUTS, {}, {}, 0)
    groups = join_groups(read_joins(store.connection))
    heaps = len(set(groups.values()))
    if wish.way is SplitWay.PROJECT:
        groups = join_groups([*groups.items(), *_join_projects(members)])
        found = split_by_project(members, groups, wish.shares)
        cuts = NO_CUTS
    else:
        times = list_times() if list_times is not None else (one.at for one in sessions if one.at is not None)
        cuts = _choose_cuts(wish, times, wish.shares)
        found = {one.key: find_split(one.at, cuts) for one in members}
    if wish.known is not None:
        found |= _hold_known(found, sessions, wish.known, store.salt)
    splits = keep_together(found, groups)
    by_project = {one.project: splits[one.key] for one in members} if wish.way is SplitWay.PROJECT else {}
    return SplitPlan(members, len(sessions), cuts, splits, by_project, heaps)


def _join_projects(members: Iterable[SplitMember]) -> list[tuple[bytes, bytes]]:
    """Return what joins the members of each project."""
    firsts: dict[str, bytes] = {}
    return [(firsts.setdefault(one.project, one.key), one.key) for one in members]


def _choose_cuts(wish: SplitWish, times: Iterable[datetime], shares: SplitShares) -> SplitCuts:
    """Return where the later parts begin."""
    if wish.cuts != NO_CUTS:
        return wish.cuts
    if wish.known is not None and wish.known.cuts != NO_CUTS:
        return wish.known.cuts
    return choose_cuts(times, shares)


def _hold_known(
    found: Mapping[bytes, Split], sessions: Iterable[SplitMember], known: SplitRecord, salt: bytes
) -> dict[bytes, Split]:
    """Return the parts of sessions that were exported before: none moves to an earlier part."""
    before = {name: split for split, names in known.sessions.items() for name in names}
    hashes = {one.key: hash_member(one.key, salt) for one in sessions}
    return {key: pick_later(found[key], before[name]) for key, name in hashes.items() if name in before}


def record_splits(plan: SplitPlan, wish: SplitWish, salt: bytes) -> SplitRecord | None:
    """Return what goes into `splits.json`; None where nothing is parted."""
    if wish.shares is None:
        return None
    heaps: dict[Split, list[str]] = {split: [] for split in Split}
    for one in plan.members[: plan.sessions]:
        heaps[plan.splits[one.key]].append(hash_member(one.key, salt))
    return SplitRecord(
        way=wish.way,
        shares=wish.shares,
        cuts=plan.cuts,
        sessions={split: tuple(sorted(names)) for split, names in heaps.items()},
    )
