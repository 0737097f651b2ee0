"""What the user wants forgotten leaves the memories of repositories too, and what others told of it leaves the store.

Each fact leaves a tombstone, so that clones that pull drop it as well. What already lies elsewhere is named: git keeps
objects until it collects its garbage.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.forget import find_concerned_sessions, list_identities
from twiceshy.archive.pulled_records import find_entries, read_entries, read_pulled, remove_entries, remove_pulled
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.records.memory import MemoryEntry
from twiceshy.records.upkeep import Extent, MemoryRemoval
from twiceshy_git.memory_repository.transfer import show_address
from twiceshy_git.share.kept_repositories import KeptRepository, list_repositories, make_scrubber
from twiceshy_git.share.push_memory import find_address

_OF_LINES = "attribution"
"""Its spans name sessions, its subject is the commit alone."""


RETENTION: Final = "retention"
"""Why a fact left a memory, as its tombstone says: it was past its time."""


def retire_memory(
    store: Store, config: Config, sessions: Iterable[bytes], now: datetime, *, dry_run: bool
) -> MemoryRemoval:
    """Take the facts of sessions that are past their time out of every memory; return what was, or would be.

    It comes before the store loses them.

    Raises:
        StoreUnwritable: a memory cannot be written; nothing more was taken out.
    """
    uids = [uid.hex() for uid in sessions]
    if not uids:
        return MemoryRemoval()
    asked = [one for one in list_repositories(store, config) if one.asked]
    found = {one: _find_facts(store, one, Extent(), uids) for one in asked}
    if not dry_run:
        for repository, facts in found.items():
            _take_out(store, repository, facts, now, RETENTION)
    return MemoryRemoval(facts=sum(map(len, found.values())), pushed=_name_places(store, config, found))


def forget_memory(store: Store, config: Config, extent: Extent, now: datetime, *, dry_run: bool) -> MemoryRemoval:
    """Take what is in the extent out of every memory; return what was, or with ``dry_run`` would be, taken out.

    It comes before the store forgets: afterwards nobody could say which facts these were.

    Raises:
        StoreUnwritable: a memory cannot be written; nothing more was taken out.
    """
    uids = [uid.hex() for uid in find_concerned_sessions(store.connection, extent)]
    identities = _list_identities(store, extent)
    concerned = [one for one in list_repositories(store, config) if _is_concerned(one, identities)]
    found = {one: _find_facts(store, one, extent, uids) for one in concerned}
    places = _name_places(store, config, found)
    if not dry_run:
        for repository, facts in found.items():
            _take_out(store, repository, facts, now, "forget")
    told = _forget_told(store, extent, uids, identities, dry_run=dry_run)
    return MemoryRemoval(facts=sum(map(len, found.values())), told=told, pushed=places)


def _is_concerned(repository: KeptRepository, identities: frozenset[str] | None) -> bool:
    """Tell whether a repository has a memory, and is of the project if one is named."""
    return repository.asked and (identities is None or repository.project in identities)


def _take_out(
    store: Store, repository: KeptRepository, facts: Sequence[MemoryEntry], now: datetime, reason: str
) -> None:
    """Take facts out of a memory."""
    if facts:
        repository.open(store).forget([one.written.hex() for one in facts], now, reason)
        with store.begin_writing() as connection:
            remove_entries(connection, repository.key, [one.made for one in facts])


def _name_places(
    store: Store, config: Config, found: Mapping[KeptRepository, Sequence[MemoryEntry]]
) -> tuple[str, ...]:
    """Return where facts of these memories were pushed to, each place once."""
    pushed = [one for one, facts in found.items() if any(fact.pushed for fact in facts)]
    return tuple(dict.fromkeys(filter(None, (_name_place(store, config, one) for one in pushed))))


def _name_place(store: Store, config: Config, repository: KeptRepository) -> str:
    """Return where a memory is pushed to, without user and password."""
    return make_scrubber(store, config).text(show_address(find_address(config, repository)))


def _list_identities(store: Store, extent: Extent) -> frozenset[str] | None:
    """Return the identities of the extent's project; None where it names none."""
    if extent.project is None:
        return None
    try:
        return frozenset(list_identities(store.connection, extent.project))
    except NotFound:  # only others told of it
        return frozenset({extent.project})


def _find_facts(store: Store, repository: KeptRepository, extent: Extent, uids: Iterable[str]) -> list[MemoryEntry]:
    """Return the facts of these sessions that lie in a memory, and where a project is named those of its commits."""
    wanted = frozenset(uids)
    entries = list(read_entries(store.connection, repository.key))
    found = [one for one in entries if one.session in wanted]
    commits = {one.commit_hash for one in found if one.commit_hash}
    found += [one for one in entries if one.type == _OF_LINES and one.commit_hash in commits]
    if extent.project and not extent.session:
        found += [
            one
            for one in find_entries(store.connection, repository.key, None, extent.since, extent.until)
            if not one.session
        ]
    return list({one.made: one for one in found}.values())


def _forget_told(
    store: Store, extent: Extent, uids: Iterable[str], identities: frozenset[str] | None, *, dry_run: bool
) -> int:
    """Remove what others told of these sessions, or of the project; return how many facts."""
    wanted = frozenset(uids)
    whole = identities is not None and extent.session is None and extent.since is None and extent.until is None
    gone = 0
    for identity in identities or ():
        rows = [one.id for one in read_pulled(store.connection, identity) if whole or one.session in wanted]
        gone += len(rows)
        if rows and not dry_run:
            with store.begin_writing() as connection:
                remove_pulled(connection, identity, rows)
    return gone
