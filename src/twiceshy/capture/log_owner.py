"""Which agent a log file belongs to, judged by its content where a folder may hold several agents' logs.

In an agent's own folder its place says enough. Elsewhere each reader is asked in the table's order, and the first that
knows the file takes it; their answers do not overlap on any real file seen. What nobody takes is told if it was named,
or if it looks like a log.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture import file_walk
from twiceshy.capture.base import Reader, Source
from twiceshy.capture.fixture_paths import is_fixture
from twiceshy.capture.unclaimed_files import describe, looks_like_log
from twiceshy.capture.wide_text import narrow_bytes
from twiceshy.foreign_files import stream_foreign
from twiceshy.records.ingest import UnclaimedFile

_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json", ".traj", ".md", ".db"})
_LINE_SUFFIXES = frozenset({".log", ".txt", ".out"})
"""Names that a stream of JSON lines is saved under; looked at only where such a line begins the file."""
_GLANCE = 4_096  # bytes that are nearly always enough; a look costs what it reads (guess, 2026-11-21)
HEAD = 65_536  # bytes that are looked at where they were not (guess, 2026-11-21)


class FileOwner(NamedTuple):
    """Whose log a file is, and its beginning as UTF-8."""

    agent: str | None
    """None if it is no agent's log."""
    head: bytes


def find_logs(
    root: Path, readers: Mapping[str, Reader], env: Mapping[str, str], home: Path
) -> Iterator[Source | UnclaimedFile]:
    """Yield the logs of any agent at or below a path, and what nobody claims though it was named or looks like one."""
    for reader in readers.values():
        if any(own == root or own in root.parents for own in reader.roots(dict(env), home)):
            yield from reader.find(root)
            return
    for path in file_walk.find_files(root):
        found = _look_at(path, root, readers)
        if found is not None:
            yield found


def _look_at(path: Path, root: Path, readers: Mapping[str, Reader]) -> Source | UnclaimedFile | None:
    """Return the file as somebody's log, or as nobody's; None where it is not worth a word."""
    named = path == root
    if not named and path.suffix not in _SUFFIXES | _LINE_SUFFIXES:
        return None
    try:
        agent, head = owner_of(path, readers)
    except OSError as error:
        reason = f"unreadable: {error.strerror or error}"
        return UnclaimedFile(path=str(path), recognised=reason, named=True) if named else None
    if agent is not None:
        if not named and is_fixture(path) and not is_fixture(root / "any"):
            words = f"a log of {agent} among a project's tests or examples: name it, or its folder, to read it"
            return UnclaimedFile(path=str(path), recognised=words, named=False)
        return next(readers[agent].find(path), None)
    return describe(path, head, named=named) if named or looks_like_log(path, head) else None


def owner_of(path: Path, readers: Mapping[str, Reader]) -> FileOwner:
    """Return the agent that wrote the file, whatever its name ends in.

    Raises:
        OSError: it cannot be read.
    """
    with stream_foreign(path, 0) as file:
        start = file.read(_GLANCE)
        head = narrow_bytes(start)
        if path.suffix in _LINE_SUFFIXES and head.lstrip()[:1] != b"{":
            return FileOwner(None, head)
        agent = _find_reader(path, head, readers)
        if agent is None and len(start) == _GLANCE:
            head = narrow_bytes(start + (file.read(HEAD - _GLANCE) or b""))
            agent = _find_reader(path, head, readers)
    return FileOwner(agent, head)


def agent_of(path: Path, readers: Mapping[str, Reader]) -> str | None:
    """Return the agent that wrote the file; None if it is no agent's log or cannot be read."""
    if path.suffix not in _SUFFIXES | _LINE_SUFFIXES:
        return None
    try:
        return owner_of(path, readers).agent
    except OSError:
        return None


def _find_reader(path: Path, head: bytes, readers: Mapping[str, Reader]) -> str | None:
    return next((name for name, reader in readers.items() if reader.recognises(path, head)), None)
