"""Read the sessions that Entire keeps beside the code: its transcripts are the agents' own logs.

A session stands in many checkpoints, each time from its start, so a transcript whose every line stands in a longer one
is passed over. What is taken is read as a log is: redacted, stored, judged, linked to the commits. A transcript counts
like a log of this user's from then on, so only this user's are taken unless everybody's are asked for.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain, islice
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
from twiceshy.logs.git_checkpoints import CheckpointKey, StoredCheckpoint, list_checkpoints, read_user_mail
from twiceshy.logs.git_lines import read_contents
from twiceshy.logs.git_objects import measure_blobs, read_blobs
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.log_owner import find_logs
from twiceshy.logs.projects import Repository, find_project, repository_of
from twiceshy.logs.readers import list_readers
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.ingest import Cursor
from twiceshy.records.memory import CheckpointReading
from twiceshy_git.memory.formats.entire import parse_note, sort_files

# Lay the transcripts of Entire's checkpoints into a folder, as few as hold everything.
#
# Each checkpoint has the whole session again, so that most transcripts are the beginning of a longer one.

Transcript = tuple[str, ...]
"""Names of the objects that are its parts, in order."""
_GROUP_BYTES: Final = 200_000_000
"""Bytes of transcripts that lie in the folder at a time (guess, 2026-11-23)."""
_LONGEST: Final = 1_000_000_000
"""Bytes of a transcript that is not read (guess, 2026-11-23: the largest seen has 50 MB)."""
_NO_RECORD: Final = b""
"""Stands for a line that is no record: such a log is one document, and only the longest is taken."""


class WrittenTranscript(NamedTuple):
    """A transcript in the folder."""

    session: str
    number: int
    """Among its session's, the longest first."""
    path: Path


def order_transcripts(transcripts: Iterable[Transcript], sizes: Mapping[str, int]) -> list[Transcript]:
    """Return those whose parts are all there, the longest first."""
    whole = [parts for parts in transcripts if all(part in sizes for part in parts)]
    length = {parts: sum(sizes[part] for part in parts) for parts in whole}
    return sorted((parts for parts in whole if length[parts] <= _LONGEST), key=lambda parts: (-length[parts], parts))


def group_sessions(
    sessions: Mapping[str, Sequence[Transcript]], sizes: Mapping[str, int]
) -> Iterator[dict[str, Sequence[Transcript]]]:
    """Yield sessions in groups whose longest transcripts lie in the folder together."""
    group: dict[str, Sequence[Transcript]] = {}
    size = 0
    for session, some in sessions.items():
        longest = sum(sizes[part] for part in some[0])
        if group and size + longest > _GROUP_BYTES:
            yield group
            group, size = {}, 0
        group[session] = some
        size += longest
    if group:
        yield group


def write_transcripts(
    repo: Path, folder: Path, group: Mapping[str, Sequence[Transcript]]
) -> Iterator[WrittenTranscript]:
    """Write the transcripts that say something that no longer one of their session says; yield each.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
        OSError: the folder cannot be written to.
    """
    transcripts = chain.from_iterable(group.values())
    blobs = (pieces for _, pieces in read_blobs(repo, list(chain.from_iterable(transcripts))))
    for place, (session, some) in enumerate(group.items()):
        seen: set[bytes] = set()
        for number, parts in enumerate(some):
            path = folder / f"{place:06}-{number:06}.jsonl"
            if _write(path, islice(blobs, len(parts)), seen):
                yield WrittenTranscript(session, number, path)
            else:
                path.unlink()


def _write(path: Path, parts: Iterator[Iterator[bytes]], seen: set[bytes]) -> bool:
    """Write one transcript, and add its lines to those seen; tell whether it has a new one."""
    marks: set[bytes] = set()
    with path.open("wb") as file:
        for line in _split_lines(parts):
            file.write(line + b"\n")
            marks.add(blake2b(line.strip(), digest_size=8).digest() if line.rstrip().endswith(b"}") else _NO_RECORD)
    news = not marks <= seen if _NO_RECORD not in marks else not seen
    seen |= marks
    return news


def _split_lines(parts: Iterator[Iterator[bytes]]) -> Iterator[bytes]:
    """Yield the lines of a transcript whose parts were cut between lines."""
    for pieces in parts:
        rest = b""
        for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            yield from filter(bytes.strip, lines)
        if rest.strip():
            yield rest


@contextmanager
def open_folder(folder: Path) -> Iterator[Path]:
    """Give an empty private folder, and remove it; one that a killed run left is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
