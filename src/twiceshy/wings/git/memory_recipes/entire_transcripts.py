"""Lay the transcripts of Entire's checkpoints into a folder, as few as hold everything.

Each checkpoint has the whole session again, so that most transcripts are the beginning of a longer one.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.logs.git_objects import read_blobs

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
