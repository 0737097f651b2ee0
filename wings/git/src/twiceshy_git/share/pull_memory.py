"""Pull what others told of a project, and take it in: redacted by this machine's rules, apart from its own records.

Only people see it (look verbs, marked as theirs) until a person here accepts it, each fact by its hash.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import (
    accept_pulled,
    count_pulled,
    list_pulled_ids,
    put_pulled,
    read_entries,
    read_pulled,
    remove_pulled,
)
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scrubbed
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import AcceptAnswer, MemoryRecord, PullAnswer, PulledRow
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.memory.envelope import decode, encode, identify
from twiceshy_git.memory_repository.transfer import delete_refs, fetch_refs, list_remote_refs, show_address
from twiceshy_git.share.kept_repositories import KeptRepository, begin_memory, find_repository, make_scrubber
from twiceshy_git.share.push_memory import key_of_place, require_address
from twiceshy_git.share.write_memory import read_subjects

_AT_ONCE = 500
"""Facts that are redacted and stored at once (guess, 2026-11-23)."""
_LONGEST = 1 << 20
"""Bytes of a fact that is taken in: a chat with all its results has some hundred KB (guess, 2026-11-23)."""
_SESSION = re.compile(r"[0-9a-f]{32}")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_TYPE = re.compile(r"[a-z][a-z_]{0,31}")
_LEAST_DIGITS = 4
"""Digits of a hash that a person must give (guess, 2026-11-23)."""


def pull(config: Config, folder: Path) -> PullAnswer:
    """Fetch what others told of the project of a folder, and take it in.

    Raises:
        NotFound: the folder is in no repository, or there is nowhere to pull from.
        SourceError: the other repository cannot be reached, or gave what is damaged; nothing was changed.
    """
    with Store.open(config.home) as store:
        repository = find_repository(store, config, folder)
        address = require_address(config, repository)
        begin_memory(store, config, repository)
        memory = repository.open(store)
        memory.files.bare.make()
        _fetch(memory, address, key_of_place(repository, address).hex())
        return _take_in(store, config, repository, memory, address)


def _fetch(memory: MemoryRepository, address: str, place: str) -> None:
    """Make our copies of others' refs what these are over there."""
    bare = memory.files.bare.folder
    here = {ref.name: ref.hash for ref in memory.files.bare.list_refs(f"refs/twiceshy/remote/{place}/")}
    there = {
        name: (name.replace("refs/twiceshy/", f"refs/twiceshy/remote/{place}/", 1), hash_)
        for name, hash_ in list_remote_refs(bare, address).items()
        if f"/{memory.files.writer}/" not in name
    }
    fetch_refs(bare, address, {name: copy for name, (copy, hash_) in there.items() if here.get(copy) != hash_})
    delete_refs(bare, here.keys() - {copy for copy, _ in there.values()})


def _take_in(
    store: Store, config: Config, repository: KeptRepository, memory: MemoryRepository, address: str
) -> PullAnswer:
    """Store what is new, remove what its writers forgot, and obey their tombstones in our own memory."""
    project, scrubber = repository.project, make_scrubber(store, config)
    known = list_pulled_ids(store.connection, project)
    own, theirs = _split_writers(memory)
    fresh = [record for key, record in theirs.items() if key not in known]
    new = _store_rows(store, project, fresh, scrubber)
    gone = _remove_forgotten(store, memory, project, own.keys() | theirs.keys())
    _obey_tombstones(store, repository, memory, own.keys())
    counts = count_pulled(store.connection, project)
    return PullAnswer(
        remote=scrubber.text(show_address(address)),
        new=dict(sorted(new.items())),
        writers=tuple(dict.fromkeys(one.writer for one in counts)),
        forgotten=gone,
        unreadable=len(fresh) - new.total(),
        waiting=sum(one.records - one.accepted for one in counts),
    )


def _split_writers(memory: MemoryRepository) -> tuple[dict[bytes, MemoryRecord], dict[bytes, MemoryRecord]]:
    """Return our own records and those of others, by id; what both wrote is our own."""
    own: dict[bytes, MemoryRecord] = {}
    theirs: dict[bytes, MemoryRecord] = {}
    for record in memory.read():
        (own if record.writer == memory.files.writer else theirs)[bytes.fromhex(identify(record))] = record
    return own, theirs


def _store_rows(store: Store, project: Scrubbed, fresh: Sequence[MemoryRecord], scrubber: Scrubber) -> Counter[str]:
    """Store records that are new here, group by group; return how many, by type."""
    new = Counter[str]()
    for at in range(0, len(fresh), _AT_ONCE):
        rows = list(_make_rows(fresh[at : at + _AT_ONCE], scrubber))
        with store.begin_writing() as connection:
            put_pulled(connection, project, rows)
        new.update(one.type for one in rows)
    return new


def _remove_forgotten(store: Store, memory: MemoryRepository, project: str, live: AbstractSet[bytes]) -> int:
    """Remove what is no longer among the records of its writer; return how many."""
    writers = {ref.writer for ref in memory.files.bare.list_refs()} - {memory.files.writer}
    rows = read_pulled(store.connection, project)
    gone = [one.id for one in rows if one.writer in writers and one.id not in live]
    with store.begin_writing() as connection:
        return remove_pulled(connection, project, gone)


def _obey_tombstones(
    store: Store, repository: KeptRepository, memory: MemoryRepository, live: AbstractSet[bytes]
) -> None:
    """Take out of our own refs what others have forgotten."""
    lying = memory.files.read_ids(memory.files.list_own_months()) - live
    lost = [one.written.hex() for one in read_entries(store.connection, repository.key) if one.written in lying]
    if lost:
        memory.forget(lost, datetime.now(UTC))


def _make_rows(records: Sequence[MemoryRecord], scrubber: Scrubber) -> Iterator[PulledRow]:
    """Yield records as they are stored: redacted by our own rules. What is no record afterwards is left out."""
    told = [(one, raw) for one in records if len(raw := encode(one)) <= _LONGEST and _TYPE.fullmatch(one.type)]
    clean = scrubber.texts([raw.decode("utf-8", "replace") for _, raw in told])
    for (one, _), line in zip(told, clean, strict=True):
        try:
            read = decode(line.encode("utf-8", "replace"))
        except DamagedValue:
            continue
        session, commit = read_subjects(read)
        yield PulledRow(
            id=bytes.fromhex(identify(one)),
            writer=one.writer,
            type=one.type,
            at=one.at,
            session=session if _SESSION.fullmatch(session) else "",
            commit_hash=commit if _COMMIT.fullmatch(commit) else "",
            line=line,
        )


def accept(config: Config, folder: Path, *, hashes: Sequence[str], writer: str, everything: bool) -> AcceptAnswer:
    """Note that agents here may be told of facts: those with these hashes, those of a writer, or all.

    Raises:
        NotFound: nothing that was pulled has that hash or writer.
        UsageError: nothing is named, or a hash is none.
    """
    named = _check_names(hashes, writer, everything=everything)
    with Store.open(config.home) as store:
        project = find_repository(store, config, folder).project
        rows = read_pulled(store.connection, project)
        chosen = rows if everything else _choose(rows, named, writer)
        types = {one.id: one.type for one in chosen if not one.accepted}
        with store.begin_writing() as connection:
            count = accept_pulled(connection, project, types, datetime.now(UTC))
    return AcceptAnswer(accepted=count, records=dict(sorted(Counter(types.values()).items())))


def _check_names(hashes: Sequence[str], writer: str, *, everything: bool) -> list[str]:
    """Return the beginnings of hashes and of a writer that a person gave.

    Raises:
        UsageError: there is none, or one is no beginning of a hash.
    """
    named = [*hashes, *filter(None, [writer])]
    if not named and not everything:
        raise UsageError("say what to accept: the hash of a record, --writer WRITER, or --all.")
    for one in named:
        if len(one) < _LEAST_DIGITS or set(one) - set("0123456789abcdef"):
            raise UsageError(f"{one[:40]!r} is no beginning of a hash: give at least {_LEAST_DIGITS} digits of it.")
    return named


def _choose(rows: Sequence[PulledRow], named: Sequence[str], writer: str) -> list[PulledRow]:
    """Return the records that are named.

    Raises:
        NotFound: nothing has that hash or writer.
    """
    found = {name: [one for one in rows if _is_named(one, name, by_writer=name == writer)] for name in named}
    if missing := [name for name, some in found.items() if not some]:
        raise NotFound(f"nothing that was pulled here has {missing[0]!r}. `twiceshy memory status` names the writers.")
    return [one for some in found.values() for one in some]


def _is_named(row: PulledRow, name: str, *, by_writer: bool) -> bool:
    """Tell whether a record's hash, or its writer, begins so."""
    return (row.writer if by_writer else row.id.hex()).startswith(name)
