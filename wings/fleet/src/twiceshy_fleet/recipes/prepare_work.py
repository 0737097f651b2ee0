"""From what lies in the places to the work of each shard: list, compare, look into what is new, group, pack.

The manifest is written before any shard is worked on, and says of each input whether its shard read it. So a run that
is killed has looked for all: the next one opens only what is new since then, and works on what is left.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Protocol

from twiceshy.base.spread import FailedItem, LostItem, spread
from twiceshy.records.fleet import (
    FleetInput,
    FleetListing,
    FleetWish,
    InputFigures,
    InputKind,
    InputLook,
    SetAside,
    ShardMember,
    ShardReceipt,
    ShardWork,
)
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.planning.changes import InputChanges, add_look, compare, find_work, keep_aside, mark_whole
from twiceshy_fleet.planning.packing import (
    FleetProject,
    ProjectMatcher,
    choose_limit,
    join_groups,
    measure_groups,
    pack_groups,
)
from twiceshy_fleet.recipes.list_inputs import (
    PACK,
    LookDesk,
    find_rules,
    hide_secrets,
    list_inputs,
    look_at_pack,
    name_repository,
    prepare_look,
)

_INLINE = 2 * PACK
"""New inputs below which starting workers costs more than it saves (guess, 2026-11-23)."""
_Pack = tuple[FleetInput, ...]
_Answer = tuple[InputLook, ...] | FailedItem[_Pack] | LostItem[_Pack]


class LookSpread(Protocol):
    """An engine, as far as looking needs it: ``twiceshy.base.spread.spread``, or what has its contract."""

    def __call__(
        self,
        function: Callable[[LookDesk, _Pack], tuple[InputLook, ...]],
        items: Iterable[_Pack],
        *,
        setup: Callable[[], LookDesk],
        processes: int,
    ) -> Iterator[_Answer]:
        """Yield the answer for each item, in order."""
        ...


def prepare_work(
    wish: FleetWish,
    manifest: Manifest,
    secret: bytes,
    *,
    now: datetime,
    processes: int = 1,
    engine: LookSpread = spread,
    rules: str = "",
) -> FleetListing:
    """Return what there is to work on, and write the manifest; ``rules`` is ``find_rules()`` if it is empty.

    Raises:
        UsageError: a place is none.
        SourceError: a place cannot be listed.
        StoreError: the manifest is damaged, or cannot be written.
    """
    before = manifest.read_inputs()
    members_before, aside_before = manifest.read_members(), manifest.read_aside()
    tried = {one.place for one in aside_before} if wish.again else set()
    known = {one.place: one for one in before if one.place not in tried or one.agent}
    listed = hide_secrets(list_inputs(wish, secret), {*known, *(one.place for one in aside_before)}, secret)
    changes = compare(listed.inputs, known)
    looks = _look_at_all(changes, wish, secret, processes=processes, engine=engine)
    inputs = sorted(_settle(changes, known, looks, secret), key=lambda one: one.place)
    sizes = measure_groups(inputs)
    members = pack_groups(sizes, members_before, choose_limit(sizes))
    receipts, rules = manifest.read_receipts(), rules or find_rules()
    inputs = mark_whole(inputs, members, receipts, {(one.place, one.stamp) for one in aside_before}, rules=rules)
    kept = [] if wish.again else keep_aside([*aside_before, *_list_told(receipts)], inputs)
    aside = sorted({*kept, *_list_unread(inputs, looks), *listed.aside})
    if members != members_before:  # before the inputs: a group without an input does no harm
        manifest.write_members(members)
    _write_changes(manifest, (before, inputs), (aside_before, aside))
    works = find_work(
        inputs,
        members,
        receipts,
        {(one.place, one.stamp) for one in aside},
        output=wish.output,
        rules=rules,
        now=now,
    )
    return _sum_listing(inputs, members, works=works, aside=aside, changes=changes)


def _write_changes(
    manifest: Manifest,
    inputs: tuple[Sequence[FleetInput], Sequence[FleetInput]],
    aside: tuple[Sequence[SetAside], Sequence[SetAside]],
) -> None:
    """Write what is no longer as it was; of each what was and what is."""
    if inputs[1] != inputs[0]:
        manifest.write_inputs(inputs[1])
    if aside[1] != aside[0]:
        manifest.write_aside(aside[1])


def _sum_listing(
    inputs: Sequence[FleetInput],
    members: Sequence[ShardMember],
    *,
    works: Sequence[ShardWork],
    aside: Sequence[SetAside],
    changes: InputChanges,
) -> FleetListing:
    return FleetListing(
        tuple(inputs),
        tuple(members),
        tuple(works),
        tuple(aside),
        fresh=len(changes.fresh),
        changed=len(changes.changed),
        gone=sum(one.gone for one in inputs),
    )


def _list_told(receipts: Mapping[str, ShardReceipt]) -> list[SetAside]:
    """Return what the shards' receipts say was set aside."""
    return [one for _, receipt in sorted(receipts.items()) for one in receipt.aside]


def _list_unread(inputs: Iterable[FleetInput], looks: Mapping[str, InputLook]) -> list[SetAside]:
    """Return what could not be looked at."""
    seen = ((one, looks[one.place].reason) for one in inputs if one.place in looks)
    return [SetAside(one.place, one.stamp, reason) for one, reason in seen if reason]


def _look_at_all(
    changes: InputChanges, wish: FleetWish, secret: bytes, *, processes: int, engine: LookSpread
) -> dict[str, InputLook]:
    """Return a look at each input that is new, and at those whose content must say whether it changed."""
    wanted = [*changes.fresh, *(one for one in changes.changed if _needs_look(one))]
    if not wanted:
        return {}
    setup = partial(prepare_look, secret, wish.logs)
    packs = _cut(wanted, PACK)
    workers = processes if len(wanted) > _INLINE else 1
    answers = list(engine(look_at_pack, packs, setup=setup, processes=workers))
    looks = {look.place: look for answer in answers if isinstance(answer, tuple) for look in answer}
    alone = [(one,) for one in wanted if one.place not in looks]
    if alone:  # one of these ended its process: the others are looked at all the same
        again = engine(look_at_pack, alone, setup=setup, processes=max(2, workers))
        looks.update((one.place, _take_look(one, answer)) for (one,), answer in zip(alone, again, strict=True))
    return looks


def _take_look(one: FleetInput, answer: _Answer) -> InputLook:
    """Return the answer of an input that was looked at alone, or why there is none."""
    if isinstance(answer, LostItem):
        return InputLook(one.place, reason=f"its worker ended: {answer.reason}")
    return InputLook(one.place, reason="not looked at") if isinstance(answer, FailedItem) else answer[0]


def _cut(inputs: Iterable[FleetInput], size: int) -> Iterator[_Pack]:
    left = iter(inputs)
    while pack := tuple(islice(left, size)):
        yield pack


def _needs_look(one: FleetInput) -> bool:
    """Tell whether a changed input is opened: one without a group was nobody's, one with a hash may be a copy."""
    return not one.group or (one.kind == "log" and one.digest != "")


def _settle(
    changes: InputChanges, known: dict[str, FleetInput], looks: dict[str, InputLook], secret: bytes
) -> list[FleetInput]:
    """Return all inputs, the new ones with agent, project and group; what had a group keeps it."""
    settled = [*changes.same, *changes.gone]
    fresh = [add_look(one, None, looks[one.place]) for one in changes.fresh]
    for one in changes.changed:
        look = looks.get(one.place)
        seen = add_look(one, known[one.place], look) if look else replace(one, digest="")
        if one.group:
            kept = replace(seen, agent=one.agent, project=one.project, session=one.session, known_as=one.known_as)
            settled.append(kept)
        else:
            fresh.append(seen)
    matcher = ProjectMatcher(_name_projects([*settled, *fresh], secret))
    fresh = [_match(one, looks[one.place], matcher) if one.kind == "log" and one.agent else one for one in fresh]
    groups = join_groups(fresh, settled)
    return [*settled, *(replace(one, group=groups.get(one.place, "")) for one in fresh)]


def _match(one: FleetInput, look: InputLook, matcher: ProjectMatcher) -> FleetInput:
    found = matcher.match(look, one.team, remote=look.identity != "")
    return replace(one, project=found.project, known_as=found.identity)


def _name_projects(inputs: Iterable[FleetInput], secret: bytes) -> Iterator[FleetProject]:
    """Yield the project of each repository, with all that it may be called."""
    for one in inputs:
        if one.kind == "repository" and one.project:
            names = name_repository(secret, one.known_as, one.place)
            yield FleetProject(one.project, one.known_as, names, one.team)


def count_inputs(inputs: Iterable[FleetInput]) -> tuple[InputFigures, ...]:
    """Return how many inputs there are by kind, agent and team; those that are gone are left out."""
    counts: Counter[tuple[InputKind, str, str]] = Counter()
    sizes: Counter[tuple[InputKind, str, str]] = Counter()
    for one in inputs:
        if not one.gone:
            key = (one.kind, one.agent, one.team)
            counts[key] += 1
            sizes[key] += one.size
    return tuple(InputFigures(*key, counts[key], sizes[key]) for key in sorted(counts))
