"""What changed since the last run, and which shards have work for that.

An input with the size and the stamp that it had is the same, and nobody opens it. Where one of both differs, the hash
of the content decides, so that a copy with a new time costs one read of the file and no work. What is gone stays in
the manifest and in its shard: agents delete their own logs after some weeks, and what was learned of them holds.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.records.fleet import FleetInput, InputKind, InputLook, SetAside, ShardMember, ShardReceipt, ShardWork

_DIGITS = re.compile(r"\d+")


class ListedInput(NamedTuple):
    """A log file or a repository that is there."""

    kind: InputKind
    place: str
    size: int
    stamp: str
    team: str = ""
    person: str = ""


class InputChanges(NamedTuple):
    """A listing, compared with what was known."""

    same: list[FleetInput]
    fresh: list[FleetInput]
    """Not there before; nobody has looked at them."""
    changed: list[FleetInput]
    """With size and stamp of now, and all else as it was known."""
    gone: list[FleetInput]


def compare(listed: Iterable[ListedInput], known: Mapping[str, FleetInput]) -> InputChanges:
    """Return what of the listing is known, new or changed, and what is known and no longer there."""
    found = InputChanges([], [], [], [])
    seen: set[str] = set()
    for one in listed:
        if one.place not in seen:  # two named folders may lie in each other
            seen.add(one.place)
            _sort_in(one, known.get(one.place), found)
    left = (before for place, before in known.items() if place not in seen)
    found.gone.extend(before if before.gone else replace(before, gone=True) for before in left)
    return found


def _sort_in(one: ListedInput, before: FleetInput | None, found: InputChanges) -> None:
    """Add what is listed to what is the same, new or changed."""
    kind, place, size, stamp, team, person = one
    if before is None or before.kind != kind:
        found.fresh.append(FleetInput(kind=kind, place=place, size=size, stamp=stamp, team=team, person=person))
    elif before.stamp == stamp and (before.size == size or kind == "repository"):
        known_so = (before.gone, before.team, before.person) == (False, team, person)
        found.same.append(before if known_so else replace(before, gone=False, team=team, person=person))
    else:
        found.changed.append(replace(before, size=size, stamp=stamp, team=team, person=person, gone=False))


def add_look(one: FleetInput, before: FleetInput | None, look: InputLook) -> FleetInput:
    """Return the input with what was seen in it; one that only got a new time still counts as read."""
    moved = before is not None and look.digest != "" and look.digest == before.digest
    read = one.stamp if moved and before is not None and before.read_stamp == before.stamp else one.read_stamp
    identity = look.identity if one.kind == "repository" else one.known_as
    return replace(
        one,
        digest=look.digest,
        agent=look.agent,
        project=look.project,
        session=look.session,
        known_as=identity,
        read_stamp=read,
    )


def find_work(
    inputs: Iterable[FleetInput],
    members: Iterable[ShardMember],
    receipts: Mapping[str, ShardReceipt],
    aside: Container[tuple[str, str]],
    *,
    output: str,
    rules: str,
    now: datetime,
) -> list[ShardWork]:
    """Return the work of each shard that has something new, or did not go well, by the shard's name.

    ``aside`` holds place and stamp of what is left out; ``rules`` is the version of all that is computed, and another
    one touches every shard.
    """
    works = []
    for shard, all_of_it in sorted(_hold_by_shard(inputs, members).items()):
        given = hash_given(all_of_it, rules)
        there = tuple(sorted(_leave_out(all_of_it, aside), key=order_of))
        changed = _find_unread(there, new=shard not in receipts)
        if changed or not _is_whole(receipts.get(shard), given):
            read = {one.place for one in there}
            kept = tuple(one for one in all_of_it if one.kind == "log" and one.place not in read)
            works.append(
                ShardWork(shard=shard, output=output, inputs=there, changed=changed, now=now, given=given, kept=kept)
            )
    return works


def _find_unread(inputs: Iterable[FleetInput], *, new: bool) -> tuple[str, ...]:
    """Return the places of what the shard did not read; of a new one, or one that somebody removed, that is all."""
    return tuple(one.place for one in inputs if new or one.read_stamp != one.stamp)


def _leave_out(inputs: Iterable[FleetInput], aside: Container[tuple[str, str]]) -> list[FleetInput]:
    """Return the inputs that are there and not aside."""
    return [one for one in inputs if not one.gone and (one.place, one.stamp) not in aside]


def _hold_by_shard(inputs: Iterable[FleetInput], members: Iterable[ShardMember]) -> dict[str, list[FleetInput]]:
    shards = dict(members)
    held: dict[str, list[FleetInput]] = {}
    for one in inputs:
        shard = shards.get(one.group)
        if shard is not None:
            held.setdefault(shard, []).append(one)
    return held


def _is_whole(receipt: ShardReceipt | None, given: str) -> bool:
    return receipt is not None and receipt.state == "done" and receipt.given == given


def mark_whole(
    inputs: Sequence[FleetInput],
    members: Iterable[ShardMember],
    receipts: Mapping[str, ShardReceipt],
    aside: Container[tuple[str, str]],
    *,
    rules: str,
) -> list[FleetInput]:
    """Return the inputs, those marked as read whose shard has its receipt: a run that was killed did not say so.

    ``aside`` as in ``find_work``: what is aside was not read, nor what is gone.
    """
    if all(one.read_stamp == one.stamp for one in inputs):
        return list(inputs)
    works = []
    for shard, held in _hold_by_shard(inputs, members).items():
        receipt = receipts.get(shard)
        if receipt is not None and _is_whole(receipt, hash_given(held, rules)):
            works += _leave_out(held, {(one.place, one.stamp) for one in receipt.aside})
    return _mark(inputs, (one for one in works if (one.place, one.stamp) not in aside))


def hash_given(inputs: Iterable[FleetInput], rules: str) -> str:
    """Return the hash of what a shard is made of, as hex; the order of the inputs does not matter."""
    found = blake2b(rules.encode(), digest_size=16)
    for line in sorted(f"{one.place}\0{one.digest or one.stamp}\0{one.known_as}\n" for one in inputs):
        found.update(line.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def order_of(one: FleetInput) -> tuple[bool, int, str]:
    """Return the key by which a shard's inputs are read: repositories last, logs by their time.

    Where two logs repeat each other, the earlier one owns the event.
    """
    found = None if one.kind == "repository" else _DIGITS.match(one.stamp)
    return one.kind == "repository", int(found[0]) if found else 0, one.place


def mark_read(
    inputs: Iterable[FleetInput], works: Iterable[ShardWork], aside: Iterable[SetAside] = ()
) -> list[FleetInput]:
    """Return the inputs, those that these works were given marked as read, but for what they set aside."""
    bad = {(one.place, one.stamp) for one in aside}
    return _mark(inputs, (one for work in works for one in work.inputs if (one.place, one.stamp) not in bad))


def _mark(inputs: Iterable[FleetInput], read: Iterable[FleetInput]) -> list[FleetInput]:
    stamps = {one.place: one.stamp for one in read}
    return [
        replace(one, read_stamp=one.stamp)
        if one.read_stamp != one.stamp and stamps.get(one.place) == one.stamp
        else one
        for one in inputs
    ]


def keep_aside(aside: Iterable[SetAside], inputs: Sequence[FleetInput]) -> list[SetAside]:
    """Return what is still aside: an input that changed since then gets another try."""
    stamps = {one.place: one.stamp for one in inputs if not one.gone}
    return sorted({one for one in aside if stamps.get(one.place) == one.stamp})
