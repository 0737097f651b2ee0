"""Write into each repository's memory what this machine knows of its project and the memory does not hold yet.

Facts are made anew from the store each time, and compared by their hashes with those that were written: what is new is
looked at by the engine that did not redact it, and added. Where a fact was replaced by a newer one (a session went on,
a commit got a surer link), the older one is forgotten. What the store no longer holds stays in the memory. A session's
facts are made only if it went on, those of all commits only if something of them changed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.pulled_records import put_entries, read_entries, remove_entries
from twiceshy.archive.reads.commit_states import hash_commit_inputs
from twiceshy.archive.reads.sessions import read_lively_sessions
from twiceshy.base.config import Config
from twiceshy.base.values import Scrubbed
from twiceshy.privacy.outgoing import OutgoingTexts, SecretLeft
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.memory import MemoryEntry, MemoryRecord, MemoryValue
from twiceshy_git.memory.envelope import identify
from twiceshy_git.memory_recipes.memory_entries import (
    LINES,
    choose_words,
    hash_sessions,
    list_commit_records,
    list_link_records,
    list_session_records,
)
from twiceshy_git.share.kept_repositories import KeptRepository, list_kept

SETTLED = timedelta(minutes=30)
"""A session is written when nothing came for so long: each earlier state would be a record that the next one replaces
(guess, 2026-11-23). Before a push all are written."""
_VERSION = 1
"""Another one has every session and all commits looked at again (no unit)."""
_COMMITS = "memory-commits"
"""Kind of the value that holds what a memory's commits were when they were last written."""
_AT_ONCE = 500
"""Facts that are looked at and added at once (guess, 2026-11-23)."""
_COMMIT_TYPES = ("attribution", "ci", "commit", "link", "revert")
"""Types of what is told of commits."""
_OF_COMMITS = frozenset({"link"})
"""Types of which a commit's facts are replaced together: a link that no longer holds has no successor."""


class WrittenFacts(NamedTuple):
    """What one writing did to a memory."""

    added: frozenset[str] = frozenset()
    """Ids, as they were written."""
    replaced: int = 0
    """Older facts that a newer one took the place of."""
    refused: tuple[str, ...] = ()
    """Facts that may not leave this machine, in words: a text in them still looks like a secret, or is too large."""
    cleaned: int = 0
    """Secrets that the second engine took out."""


def write_memories(config: Config, *, pause: Callable[[], None] = lambda: None) -> int:
    """Bring every memory up to date; return how many facts were added. It is a step of ``learn``.

    ``pause`` is called between groups and may raise to end the run; the next one goes on from there.
    """
    if not has_store(config.home):
        return 0
    added = 0
    with Store.open(config.home) as store:
        for repository in list_kept(store, config):
            added += len(write_memory(store, config, repository, settled=SETTLED, pause=pause).added)
    return added


def write_memory(
    store: Store,
    config: Config,
    repository: KeptRepository,
    *,
    settled: timedelta = timedelta(),
    pause: Callable[[], None] = lambda: None,
) -> WrittenFacts:
    """Bring one repository's memory up to date. ``settled``: how long a session must have been quiet.

    Raises:
        StoreUnwritable: the memory cannot be written; what was written before stands.
    """
    words = choose_words(config)
    state = hash_sessions(store, repository.project, words)
    kind = f"memory-{repository.key.hex()[:8]}"
    due = frozenset(store.find_stale(kind, state, _VERSION))
    due -= read_lively_sessions(store.connection, datetime.now(UTC) - settled)
    commits = {repository.key: hash_commit_inputs(store.connection, repository.project, LINES)}
    changed = bool(store.find_stale(_COMMITS, commits, _VERSION))
    if not due and not changed:
        return WrittenFacts()
    known = {
        one.made: one
        for one in read_entries(store.connection, repository.key, besides=() if changed else _COMMIT_TYPES)
    }
    made: dict[bytes, MemoryRecord] = {}
    for record in chain(
        list_session_records(store, repository.project, words, skip=lambda uid: uid not in due),
        _list_of_commits(store, repository.project, pause) if changed else (),
    ):
        made[bytes.fromhex(identify(record))] = record
        pause()
    written = _add_facts(store, config, repository, {key: one for key, one in made.items() if key not in known}, pause)
    old = _find_replaced(known, made)
    if old:
        repository.open(store).forget([one.written.hex() for one in old], datetime.now(UTC))
        with store.begin_writing() as connection:
            remove_entries(connection, repository.key, [one.made for one in old])
    store.put_derived(kind, [DerivedValue(key=uid, input_hash=state[uid], value=b"") for uid in due], _VERSION)
    if changed:
        _note_commits(store, commits, written)
    return written._replace(replaced=len(old))


def _note_commits(store: Store, state: Mapping[bytes, bytes], written: WrittenFacts) -> None:
    """Note what the commits were; not where a fact was refused, so that it is named each time."""
    if not written.refused:
        store.put_derived(_COMMITS, [DerivedValue(key, one, b"") for key, one in state.items()], _VERSION)


def _list_of_commits(store: Store, project: str, pause: Callable[[], None]) -> Iterator[MemoryRecord]:
    """Yield all that is told of the project's commits."""
    yield from list_commit_records(store, project)
    yield from list_link_records(store, project, pause=pause)


def _add_facts(
    store: Store,
    config: Config,
    repository: KeptRepository,
    new: Mapping[bytes, MemoryRecord],
    pause: Callable[[], None],
) -> WrittenFacts:
    """Add facts to a memory once the second engine has looked at them, group by group, each noted once it is there."""
    if not new:
        return WrittenFacts()
    memory = repository.open(store)
    gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    refused, added = list[str](), list[str]()
    for group in _split_groups(list(new)):
        clean = list(zip(group, clean_records([new[key] for key in group], gate), strict=True))
        kept = {key: one for key, one in clean if isinstance(one, MemoryRecord)}
        answer = memory.add(kept.values())
        refused += [one for _, one in clean if isinstance(one, str)]
        refused += [f"record {key[:10]} is larger than a memory takes" for key in answer.refused]
        added += answer.added
        with store.begin_writing() as connection:
            put_entries(connection, repository.key, map(make_entry, kept.keys(), kept.values()))
        pause()
    return WrittenFacts(frozenset(added), 0, tuple(refused), sum(gate.replaced.values()))


def clean_records(records: Sequence[MemoryRecord], gate: OutgoingTexts) -> list[MemoryRecord | str]:
    """Return each record as it may leave; in the place of one that may not, what is wrong with it."""
    texts = [list(_list_texts(list(one.fields.values()))) for one in records]
    return [
        f"a {one.type} of {one.at:%Y-%m-%d} has a text that {clean.describe()}"
        if isinstance(clean, SecretLeft)
        else _replace_texts(one, iter(clean))
        for one, clean in zip(records, gate.clean_groups(texts), strict=True)
    ]


def _replace_texts(record: MemoryRecord, fresh: Iterator[Scrubbed]) -> MemoryRecord:
    return MemoryRecord(
        type=record.type,
        v=record.v,
        at=record.at,
        fields={key: _replace(value, fresh) for key, value in record.fields.items()},
        writer=record.writer,
    )


def _replace(value: MemoryValue, fresh: Iterator[Scrubbed]) -> MemoryValue:
    """Return the value with each text, and each name of a mapping, replaced by the next one."""
    if isinstance(value, str):
        return next(fresh)
    if isinstance(value, Mapping):
        return {next(fresh): _replace(one, fresh) for one in value.values()}
    if isinstance(value, Sequence):
        return [_replace(one, fresh) for one in value]
    return value


def _list_texts(value: object) -> Iterator[str]:
    """Yield every text of a value, in the order in which ``_replace`` asks for them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield key
            yield from _list_texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _list_texts(one)


def read_subjects(record: MemoryRecord) -> tuple[str, str]:
    """Return the session and the commit that a fact is about, each empty where it is about none.

    >>> from twiceshy.records.memory import Code
    >>> at = datetime(2026, 11, 23, tzinfo=UTC)
    >>> read_subjects(MemoryRecord(type="link", at=at, fields={"session_id": Code("s-1"), "commit": Code("c0ffee")}))
    ('s-1', 'c0ffee')
    """
    fields = record.fields
    return str(fields.get("session_id", "")), str(fields.get("hash") or fields.get("commit") or "")


def make_entry(made: bytes, record: MemoryRecord) -> MemoryEntry:
    """Return the note that a fact lies in a memory; ``made``: its id before the second engine looked at it."""
    session, commit = read_subjects(record)
    return MemoryEntry(made, bytes.fromhex(identify(record)), record.type, record.at, session, commit)


def _find_replaced(known: Mapping[bytes, MemoryEntry], made: Mapping[bytes, MemoryRecord]) -> list[MemoryEntry]:
    """Return what was written before and is said otherwise now."""
    gone = [one for key, one in known.items() if key not in made]
    if not gone:
        return []
    now = {_name_subject(make_entry(key, record)) for key, record in made.items()}
    commits = {str(one.fields.get("hash")) for one in made.values() if one.type == "commit"}
    return [
        one for one in gone if _name_subject(one) in now or (one.type in _OF_COMMITS and one.commit_hash in commits)
    ]


def _name_subject(one: MemoryEntry) -> tuple[str, str, str]:
    """Return what a fact is about, so that a later one on the same takes its place."""
    return one.type, one.session, one.commit_hash


def _split_groups(keys: Sequence[bytes]) -> Iterable[Sequence[bytes]]:
    return (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
