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

from twiceshy.archive import full_text, restated_store, sweep
from twiceshy.archive.call_statuses import StoredFailure, put_messages, read_failures, read_later_output
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.sources import OutdatedSource, read_outdated, read_told_sessions
from twiceshy.archive.reread_rows import WORDS_DUE
from twiceshy.archive.session_secrets import wipe_traces
from twiceshy.base.config import Config
from twiceshy.commands.calls.call_status import join_output_texts
from twiceshy.commands.telling import VERSION as LINE_VERSION
from twiceshy.commands.telling import find_telling_line, is_message
from twiceshy.logs.base import Source
from twiceshy.logs.collect.ingest_logs import find_sources, read_again
from twiceshy.logs.collect.log_pieces import LogPiece
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.readers import list_readers
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.ingest import Cursor
from twiceshy.stats.text.fingerprint import VERSION as KEY_VERSION


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


# Redact what is stored once more when the rules have changed: the logs it came from may be gone.
#
# It is a step of ``learn``. It takes the sessions a few at a time and may be killed at any moment: what is redacted
# already does not change again. At the end everything that may quote a session is gone through, and what the pages and
# the files beside the store still hold of old bytes is wiped.

_SESSIONS_AT_ONCE = 100
"""Sessions whose rows change in one transaction (guess, 2026-11-24): the index is made anew for each."""


class _RuleSearch:
    """The rules of redaction as a search for what a session has shown."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber

    def replace(self, texts: Sequence[str]) -> dict[int, str]:
        """Return the texts that redaction changes, by their places."""
        clean = self._scrubber.texts(texts)
        return {
            place: after for place, after in enumerate(clean) if after is not texts[place] and after != texts[place]
        }


def redact_again(config: Config, *, pause: Callable[[], None] = lambda: None) -> int:
    """Redact the store by today's rules if others held when it was; return how many rows and sessions changed.

    Raises:
        StoreBusy: another process reads logs.
        StoreError: the store cannot be used.
    """
    today = load_rules().digest(RedactionLevel(config.privacy_level))
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        if store.note(restated_store.RULES) == today:
            return 0
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        search, changed = _RuleSearch(scrubber), 0
        uids = restated_store.list_sessions(store)
        for first in range(0, len(uids), _SESSIONS_AT_ONCE):
            pause()
            some = uids[first : first + _SESSIONS_AT_ONCE]
            change = restated_store.prepare(store, dict.fromkeys(some, search))
            change.searches = {}
            if change.rows or change.sessions:
                store.add_all([], change)
                changed += len(change.rows) + len(change.sessions)
        with store.begin_writing() as connection:
            if restated_store.restate_everything(connection, search):
                changed += 1
                sweep.mark_due(connection)
        store.put_note(restated_store.RULES, today)
        wipe_traces(store, config.cache, None)
        return changed


# Find each failure's line again where an older version of the rules found it: from the output as it is stored.

_NOTE = "error_messages"
"""Key of the store's note: version, and the last id that was done with it; ``-`` where all were."""
_OWN_VERSION = 2
"""Of which output a failure's line is looked for in."""
_VERSION = f"{LINE_VERSION}.{KEY_VERSION}.{_OWN_VERSION}"
_AT_ONCE = 500
"""Failures a transaction (guess, 2026-11-22): a fifth of a second."""


def derive_messages(config: Config, *, pause: Callable[[], None] = lambda: None) -> int:
    """Find the lines of all stored failures again, once a version; return how many changed.

    ``pause`` is called between groups and may raise to end the run; the next one goes on from there.
    """
    changed = 0
    with Store.open(config.home) as store:
        faults = StepFaults(store, "messages", _VERSION)
        version, _, done = (store.note(_NOTE) or "").partition(" ")
        place = "0" if version != _VERSION else done
        while place != "-":
            pause()
            some = read_failures(store.connection, int(place), _AT_ONCE)
            found = []
            for one in some:
                with faults.guard(one.uid, f"failure {one.id}"):
                    found.append((one, _find_line(store, one)))
            place = str(some[-1].id) if len(some) == _AT_ONCE else "-"
            with store.begin_writing() as connection:
                changed += put_messages(connection, found)
            store.put_note(_NOTE, f"{_VERSION} {place}")
    return changed


def _find_line(store: Store, one: StoredFailure) -> str:
    """Return the telling line of what the call gave back, and those that waited for it.

    Where nothing of it is stored, a line that was known stays.
    """
    text = one.text if one.body is None else store.body(one.body)
    if later := read_later_output(store.connection, one.uid):
        text = join_output_texts(text, (said if body is None else store.body(body) for said, body in later))
    if not text.strip() and one.message and is_message(one.message):
        return one.message
    return find_telling_line(text, one.exit_code, one.failure)
