"""Push a repository's memory to another repository: shown first, audited, own refs only, and looked at afterwards.

Nothing here runs unless a person asked for it. A push that is interrupted loses nothing: what arrived stands, and the
next one carries the rest.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import note_pushed, put_entries, read_entries
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, TwiceshyError
from twiceshy.logs.git_program import ask_git
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.memory import MemoryEntry, MemoryRecord, PushAnswer
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.memory.envelope import encode, identify
from twiceshy_git.memory_repository.transfer import (
    RefUpdate,
    delete_refs,
    fetch_refs,
    group_updates,
    list_remote_refs,
    push_refs,
    show_address,
)
from twiceshy_git.share.kept_repositories import KeptRepository, begin_memory, find_repository, make_scrubber
from twiceshy_git.share.write_memory import clean_records, make_entry, write_memory

_LARGEST_SHOWN = 3
"""Records that a preview names (guess, 2026-11-23)."""
_PREFERRED = ("origin", "upstream")


class _SeenThere(NamedTuple):
    """What was last seen of our own refs in another repository."""

    refs: Mapping[str, str]
    at: datetime | None


def find_address(config: Config, repository: KeptRepository) -> str:
    """Return where this repository's memory goes: as set, else the repository's own remote; empty where there is none.

    A relative path is taken from the repository's folder.
    """
    names = _list_remotes(repository)
    wanted = config.memory_remote or next((name for name in _PREFERRED if name in names), "") or next(iter(names), "")
    if not wanted:
        return ""
    address = names.get(wanted, wanted)
    local = repository.top / Path(address).expanduser()
    return str(local.resolve()) if "://" not in address and local.exists() else address


def _list_remotes(repository: KeptRepository) -> dict[str, str]:
    """Return the addresses of the repository's remotes, those for pushing first."""
    try:
        said = ask_git(repository.common, "remote", "-v")
    except SourceError:
        return {}
    found: dict[str, str] = {}
    for line in said.splitlines():
        name, _, rest = line.partition("\t")
        address, _, way = rest.rpartition(" ")
        if way == "(push)":
            found[name] = address
    return found


def require_address(config: Config, repository: KeptRepository) -> str:
    """Return where this repository's memory goes.

    Raises:
        NotFound: there is no remote, and none is set.
    """
    address = find_address(config, repository)
    if not address:
        raise NotFound(
            f"{str(repository.top)!r} has no remote, so its memory stays here. Name one for it: "
            "twiceshy config set memory.remote ADDRESS"
        )
    if address.startswith("-"):
        raise TwiceshyError(f"{address[:40]!r} is no address of a repository. Set another as memory.remote.")
    return address


def push(config: Config, folder: Path, *, dry_run: bool) -> PushAnswer:
    """Bring the memory up to date and push it; with ``dry_run`` return what would leave, and send nothing.

    Raises:
        NotFound: the folder is in no repository, or there is nowhere to push to.
        SourceError: the other repository cannot be reached or refuses; what is recorded here is as it was.
        TwiceshyError: a record still looks like a secret after the audit; nothing was pushed.
    """
    with Store.open(config.home) as store:
        repository = find_repository(store, config, folder)
        address = require_address(config, repository)
        begin_memory(store, config, repository)
        written = write_memory(store, config, repository)
        memory = repository.open(store)
        memory.files.bare.make()
        there = list_remote_refs(memory.files.bare.folder, address)
        place = key_of_place(repository, address)
        _take_back(memory, address, there, read_seen(store, place))
        gone = {one.written.hex() for one in read_entries(store.connection, repository.key) if one.pushed == place}
        known = gone | written.added
        cleaned = _audit(store, config, memory, [one for key, one in _list_own(memory) if key not in known])
        own = {ref.name: ref.hash for ref in memory.flush()}
        updates = _plan_updates(own, {name: one for name, one in there.items() if f"/{memory.files.writer}/" in name})
        ours = dict(_list_own(memory))
        if not dry_run:
            _send(memory, address, updates, own)
            _note_arrival(store, repository, place, own, ours)
        shown = make_scrubber(store, config).text(show_address(address))
    return _summarize(
        PushAnswer(
            remote=shown,
            records={},
            bytes=0,
            largest=(),
            cleaned=written.cleaned + cleaned,
            refused=written.refused,
            months=tuple(sorted(one.name.rpartition("/")[2] for one in updates)),
            pushed=not dry_run,
        ),
        [record for key, record in ours.items() if key not in gone],
    )


def _plan_updates(own: Mapping[str, str], theirs: Mapping[str, str]) -> list[RefUpdate]:
    """Return what makes our refs over there what they are here."""
    updates = [RefUpdate(name, one, theirs.get(name, "")) for name, one in own.items() if theirs.get(name) != one]
    return updates + [RefUpdate(name, "", one) for name, one in theirs.items() if name not in own]


def _note_arrival(
    store: Store, repository: KeptRepository, place: bytes, own: Mapping[str, str], ours: Mapping[str, MemoryRecord]
) -> None:
    """Note what is there now."""
    with store.begin_writing() as connection:
        put_entries(connection, repository.key, _list_unknown(store, repository, ours))
        note_pushed(connection, repository.key, place)
    keep_seen(store, place, _SeenThere(own, datetime.now(UTC)))


def _summarize(answer: PushAnswer, fresh: Sequence[MemoryRecord]) -> PushAnswer:
    """Return the answer with what the new records are in numbers."""
    sizes = sorted(((len(encode(one)), one.type, f"{one.at:%Y-%m-%d}") for one in fresh), reverse=True)
    return replace(
        answer,
        records=dict(sorted(Counter(one.type for one in fresh).items())),
        bytes=sum(size for size, _, _ in sizes),
        largest=tuple((kind, day, size) for size, kind, day in sizes[:_LARGEST_SHOWN]),
    )


def _take_back(memory: MemoryRepository, address: str, there: Mapping[str, str], seen: _SeenThere) -> None:
    """Take in what we ourselves wrote there and no longer have, as after a data folder was put back from a copy.

    What was seen there before is known, and may have been forgotten since.
    """
    own = {ref.name: ref.hash for ref in memory.list_own_refs()}
    odd = {
        name: hash_
        for name, hash_ in there.items()
        if f"/{memory.files.writer}/" in name and own.get(name) != hash_ and seen.refs.get(name) != hash_
    }
    if not odd:
        return
    names = {name: name.replace("refs/twiceshy/", "refs/twiceshy/remote/again/", 1) for name in odd}
    fetch_refs(memory.files.bare.folder, address, names)
    memory.add(record for record in memory.read() if record.writer == memory.files.writer)
    delete_refs(memory.files.bare.folder, names.values())


def _audit(store: Store, config: Config, memory: MemoryRepository, records: Sequence[MemoryRecord]) -> int:
    """Look at records of ours once more; return how many secrets were taken out.

    Raises:
        TwiceshyError: one cannot be taken out.
    """
    if not records:
        return 0
    gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    changed: list[tuple[str, MemoryRecord]] = []
    for before, after in zip(records, clean_records(records, gate), strict=True):
        if isinstance(after, str):
            raise TwiceshyError(
                f"{after}; nothing was pushed. `twiceshy audit` names the place; `twiceshy forget` removes the session."
            )
        if identify(after) != identify(before):
            changed.append((identify(before), after))
    if changed:
        memory.add(record for _, record in changed)
        memory.forget([old for old, _ in changed], datetime.now(UTC))
    return sum(gate.replaced.values())


def _list_own(memory: MemoryRepository) -> Iterable[tuple[str, MemoryRecord]]:
    """Yield this writer's records with their ids."""
    return ((identify(one), one) for one in memory.read() if one.writer == memory.files.writer)


def _send(memory: MemoryRepository, address: str, updates: list[RefUpdate], own: Mapping[str, str]) -> None:
    """Send in steps, and look there whether all arrived.

    Raises:
        SourceError: something did not arrive.
    """
    for group in group_updates(memory.files.bare.folder, updates):
        push_refs(memory.files.bare.folder, address, group)
    arrived = list_remote_refs(memory.files.bare.folder, address)
    if missing := [name for name, hash_ in own.items() if arrived.get(name) != hash_]:
        raise SourceError(
            f"git said that the push was done, but {len(missing)} of {len(own)} months are not in "
            f"{show_address(address)!r}. Nothing was lost here; try again."
        )


def _list_unknown(store: Store, repository: KeptRepository, ours: Mapping[str, MemoryRecord]) -> Iterator[MemoryEntry]:
    """Yield entries for facts of ours that another verb put into the memory."""
    known = {one.written.hex() for one in read_entries(store.connection, repository.key)}
    for key, record in ours.items():
        if key not in known:
            yield make_entry(bytes.fromhex(key), record)


def key_of_place(repository: KeptRepository, address: str) -> bytes:
    """Return 8 bytes that stand for an address that a memory is pushed to."""
    return blake2b(address.encode("utf-8", "replace"), key=repository.key, digest_size=8).digest()


def read_seen(store: Store, place: bytes) -> _SeenThere:
    """Return what was last seen of our own refs there."""
    try:
        row = json.loads(store.note(f"memory_seen_{place.hex()}") or "{}")
        at = datetime.fromisoformat(row["at"]) if "at" in row else None
        return _SeenThere(dict(row.get("refs", {})), at)
    except (ValueError, AttributeError, TypeError):
        return _SeenThere({}, None)


def keep_seen(store: Store, place: bytes, seen: _SeenThere) -> None:
    """Note what is there of our own refs now."""
    row = {"refs": dict(seen.refs)} | ({"at": seen.at.isoformat()} if seen.at else {})
    store.put_note(f"memory_seen_{place.hex()}", json.dumps(row))
