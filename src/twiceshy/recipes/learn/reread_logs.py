"""Read logs again that an older version of their reader read: what it missed would stay missing.

It is a step of ``learn``: in the background, within the budget, newest sessions first. It may be killed at any moment
and goes on from there. Every row keeps its id, so that lessons, exposures and links hold; what the present reader does
not give goes, but for sessions of which a log is gone. Afterwards the store is what a first ingest would have made.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import full_text
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.sources import OutdatedSource, read_outdated, read_told_sessions
from twiceshy.archive.reread_rows import WORDS_DUE
from twiceshy.base.config import Config
from twiceshy.logs.base import Source
from twiceshy.logs.collect.ingest_logs import find_sources, read_again
from twiceshy.logs.collect.log_pieces import LogPiece
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.readers import list_readers
from twiceshy.records.ingest import Cursor


class RereadCounts(NamedTuple):
    """The counts of one run."""

    files: int
    """Read again to their end."""
    gone: int
    """Read by an older version, and no longer there: what is stored of them stays."""


def reread(config: Config, *, pause: Callable[[], None] = lambda: None) -> RereadCounts:
    """Read the logs again whose reader has become another; return the counts.

    ``pause`` is called between groups and may raise to end the run; the next one goes on from there.

    Raises:
        StoreBusy: another process reads logs.
        StoreError: the store cannot be used.
    """
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        outdated = list_outdated(store)
        pieces = list(_order_pieces(store, outdated, _find_files(store, outdated, config))) if outdated else []
        if pieces:
            read_again(store, pieces, config, pause)
        if store.note(WORDS_DUE) == "due":
            with store.begin_writing() as connection:
                full_text.rebuild(connection, store.body)
            store.put_note(WORDS_DUE, "done")
        return RereadCounts(len(pieces), len(outdated) - len(pieces))


def list_outdated(store: Store) -> list[OutdatedSource]:
    """Return the files that an older version of their reader read."""
    return read_outdated(store.connection, {name: reader.traits.version for name, reader in list_readers().items()})


def count_waiting(store: Store) -> int:
    """Return how many of them are still where they were."""
    return sum(Path(to_local_path(one.name)).is_file() for one in list_outdated(store))


def _find_files(store: Store, outdated: Sequence[OutdatedSource], config: Config) -> dict[bytes, Source]:
    """Return the files that are there, by their keys: where their stored names lead, else in the agents' folders."""
    salt = store.salt
    wanted = {one.key for one in outdated}
    found: dict[bytes, Source] = {}
    for one in outdated:
        path = Path(to_local_path(one.name))
        if _key_of(path, salt) == one.key:
            found.update((one.key, source) for source in list_readers()[one.agent].find(path) if source.path == path)
    if wanted - found.keys():
        for source in find_sources([], config):
            if isinstance(source, Source) and (key := _key_of(source.path, salt)) in wanted:
                found[key] = source
    return found


def _key_of(path: Path, salt: bytes) -> bytes:
    return blake2b(os.fsencode(path), key=salt, digest_size=16).digest()


def _order_pieces(store: Store, outdated: Sequence[OutdatedSource], found: dict[bytes, Source]) -> Iterator[LogPiece]:
    """Yield what is to be read: files of one session together and oldest first, newest groups first."""
    told = read_told_sessions(store.connection)
    group_of = _join_groups(told)
    groups = defaultdict[int, list[OutdatedSource]](list)
    gone = {group_of.get(one.id, -one.id) for one in outdated if one.key not in found}
    for one in outdated:
        if one.key in found:
            groups[group_of.get(one.id, -one.id)].append(one)
    newest = sorted(groups.items(), key=lambda item: max(one.mtime_ns for one in item[1]), reverse=True)
    for group, some in newest:
        complete = group not in gone
        for one in sorted(some, key=lambda one: (one.mtime_ns, found[one.key].path)):
            piece = LogPiece(source=found[one.key], key=one.key, cursor=Cursor(), rereading=True, complete=complete)
            yield replace(piece, cursor=one.cursor) if one.begun else piece


def _join_groups(told: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return for each file the group that it belongs to: files that told of the same session are in one.

    >>> _join_groups([(1, 10), (2, 10), (2, 11), (3, 12)])
    {1: 1, 2: 1, 3: 3}
    """
    group: dict[int, int] = {}
    first: dict[int, int] = {}
    for source, session in told:
        other = first.setdefault(session, source)
        one, two = _root(group, source), _root(group, other)
        group[max(one, two)] = min(one, two)
    return {source: _root(group, source) for source in sorted(group)}


def _root(group: dict[int, int], source: int) -> int:
    """Return the file that stands for a file's group."""
    while group.setdefault(source, source) != source:
        source = group[source]
    return source
