"""Read the sessions that Entire keeps beside the code: its transcripts are the agents' own logs.

A session stands in many checkpoints, each time from its start, so a transcript whose every line stands in a longer one
is passed over. What is taken is read as a log is: redacted, stored, judged, linked to the commits. A transcript counts
like a log of this user's from then on, so only this user's are taken unless everybody's are asked for.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.named_repositories import add_named_repository
from twiceshy.archive.reads.linked_sessions import count_linked
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.judgement.recipes.judge_sessions import link_stored
from twiceshy.logs.base import Source
from twiceshy.logs.collect.ingest_logs import read_again
from twiceshy.logs.collect.log_pieces import LogPiece
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.logs.entire_refs import CheckpointKey, StoredCheckpoint, list_checkpoints, read_user_mail
from twiceshy.logs.git_blobs import measure_blobs
from twiceshy.logs.git_lines import read_contents
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.log_owner import find_logs
from twiceshy.logs.projects import Repository, find_project, repository_of
from twiceshy.logs.readers import list_readers
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.foreign_memory import CheckpointReading
from twiceshy.records.ingest import Cursor
from twiceshy.wings.git.memory.formats.entire import parse_note, sort_files
from twiceshy.wings.git.memory_recipes.entire_transcripts import (
    Transcript,
    group_sessions,
    open_folder,
    order_transcripts,
    write_transcripts,
)

KIND: Final = "entire-session"
VERSION: Final = 1


@dataclass(slots=True)
class _Found:
    """What the checkpoints say, as far as it may be taken."""

    sessions: set[str] = field(default_factory=set)
    """Every session's own id."""
    transcripts: dict[str, set[Transcript]] = field(default_factory=dict)
    """Of those that may be taken, by session; none where no checkpoint has one."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of the objects that are there."""
    damaged: int = 0

    def list_whole(self) -> dict[str, list[Transcript]]:
        """Return the transcripts that are there, by session, the longest first."""
        ordered = {name: order_transcripts(some, self.sizes) for name, some in self.transcripts.items()}
        return {name: some for name, some in ordered.items() if some}


class _Place(NamedTuple):
    """Where the checkpoints lie."""

    repository: Repository
    project: str


@dataclass(slots=True)
class _Counts:
    """The numbers while they grow."""

    read: int = 0
    unclaimed: int = 0
    events: int = 0


def read_checkpoints(
    config: Config, folder: Path, *, everyone: bool = False, progress: Callable[[int, int], None] = lambda _d, _t: None
) -> CheckpointReading:
    """Store the sessions of a repository's checkpoints, and link them; return what was found, in numbers.

    ``progress`` gets how many sessions are done, and of how many.

    Raises:
        UsageError: there is no repository.
        SourceError: git refuses to read it.
        ToolMissing: there is no git.
        StoreError: the store cannot be used, or another ingest is at work on it.
    """
    repository = repository_of(folder.absolute())
    if repository is None:
        raise UsageError(f"{str(folder)!r} is not inside a git repository: go there, or name it with --repo.")
    checkpoints = list_checkpoints(repository.common)
    found = _gather(repository, checkpoints, everyone=everyone)
    there = found.list_whole()
    with Store.open(config.home) as store:
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        place = _Place(repository, find_project(repository.top).identity)
        name = scrubber.text(spell_path(repository.top))
        with hold_lock(config.home, "ingest"):
            if there:
                add_named_repository(store, name)
                read_commits(store, scrubber, [str(repository.top)])
            counts = _read_changed(store, config, place, found, progress)
    if there:
        link_stored(config)
    with Store.open(config.home, readonly=True) as store:
        stored, linked = count_linked(store, found.sessions)
    return CheckpointReading(
        repository=name,
        forms=dict(Counter(key.form for key in sorted(checkpoints))),
        sessions=len(found.sessions),
        read=counts.read,
        unchanged=len(there) - counts.read,
        of_others=len(found.sessions) - len(found.transcripts),
        absent=len(found.transcripts) - len(there),
        unclaimed=counts.unclaimed,
        damaged=found.damaged,
        events=counts.events,
        stored=stored,
        linked=linked,
    )


def _gather(repository: Repository, checkpoints: Mapping[CheckpointKey, StoredCheckpoint], *, everyone: bool) -> _Found:
    """Return what the checkpoints say; of transcripts those that this user wrote, or everybody's."""
    mail = read_user_mail(repository.common).lower()
    entries = [(one, files) for one in checkpoints.values() for files in sort_files(one.files)]
    sizes = measure_blobs(repository.common, (name for one in checkpoints.values() for name in one.files.values()))
    texts = _read_metadata(repository, [files.metadata for _, files in entries if files.metadata in sizes])
    found = _Found(sizes=sizes)
    for one, files in entries:
        try:
            session = parse_note(texts[files.metadata]).session_id
        except (KeyError, SourceError):
            found.damaged += 1
            continue
        found.sessions.add(session)
        if everyone or (mail and one.writers == {mail}):
            found.transcripts.setdefault(session, set()).update({files.transcript} - {()})
    return found


def _read_metadata(repository: Repository, names: Iterable[str]) -> dict[str, bytes]:
    """Return the texts of objects that are there."""
    return {one.name: one.text for one in read_contents(repository.common, dict.fromkeys(names))}


def _read_changed(
    store: Store, config: Config, place: _Place, found: _Found, progress: Callable[[int, int], None]
) -> _Counts:
    """Read the sessions whose transcripts are not those that were read last; return the counts."""
    there = found.list_whole()
    states = {_key_of(place.project, session): _state_of(some) for session, some in there.items()}
    stale = set(store.find_stale(KIND, states, VERSION))
    todo = {session: some for session, some in there.items() if _key_of(place.project, session) in stale}
    counts = _Counts()
    for group in group_sessions(todo, found.sizes):
        _read_group(store, config, place, group, counts)
        keys = [_key_of(place.project, session) for session in group]
        store.put_derived(KIND, [DerivedValue(key, states[key], b"{}") for key in keys], VERSION)
        progress(counts.read, len(todo))
    return counts


def _key_of(project: str, session: str) -> bytes:
    return blake2b(f"{project}\n{session}".encode(), digest_size=16).digest()


def _state_of(transcripts: Iterable[Transcript]) -> bytes:
    return blake2b(repr(sorted(transcripts)).encode(), digest_size=16).digest()


def _read_group(
    store: Store, config: Config, place: _Place, group: Mapping[str, Sequence[Transcript]], counts: _Counts
) -> None:
    """Write a group's transcripts into the cache, read them as logs, and remove them."""
    with open_folder(config.cache / "transcripts") as folder:
        pieces: list[LogPiece] = []
        claimed = set()
        for one in write_transcripts(place.repository.common, folder, group):
            for found in find_logs(one.path, list_readers(), os.environ, Path.home()):
                if isinstance(found, Source):
                    claimed.add(one.session)
                    key = f"{place.project}\n{one.session}\n{one.number}".encode()
                    key = blake2b(key, key=store.salt, digest_size=16).digest()
                    pieces.append(LogPiece(source=found, key=key, cursor=Cursor(), project=place.project))
        if pieces:
            counts.events += read_again(store, pieces, config, lambda: None)
    counts.read += len(group)
    counts.unclaimed += len(group) - len(claimed)
