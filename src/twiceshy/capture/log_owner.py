"""Which agent a log file belongs to, judged by its content where a folder may hold several agents' logs.

In an agent's own folder its place says enough. Elsewhere each reader is asked in the table's order, and the first that
knows the file takes it; their answers do not overlap on any real file seen.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from twiceshy.capture import file_walk
from twiceshy.capture.base import Reader, Source

_SUFFIXES = frozenset({".jsonl", ".json", ".traj", ".md"})
_GLANCE = 4_096  # bytes that are nearly always enough; a look costs what it reads (guess, 2026-11-21)
HEAD = 65_536  # bytes that are looked at where they were not (guess, 2026-11-21)


def find_logs(root: Path, readers: Mapping[str, Reader], env: Mapping[str, str], home: Path) -> Iterator[Source]:
    """Yield the logs of any agent at or below a path."""
    for reader in readers.values():
        if any(own == root or own in root.parents for own in reader.roots(dict(env), home)):
            yield from reader.find(root)
            return
    for path in file_walk.find_files(root):
        agent = agent_of(path, readers)
        if agent is not None:
            try:
                status = path.stat()
            except OSError:
                continue
            yield Source(agent=agent, path=path, size=status.st_size, mtime_ns=status.st_mtime_ns)


def agent_of(path: Path, readers: Mapping[str, Reader]) -> str | None:
    """Return the agent that wrote the file; None if it is no agent's log or cannot be read."""
    if path.suffix not in _SUFFIXES:
        return None
    try:
        with path.open("rb", buffering=0) as file:
            head = file.read(_GLANCE)
            found = _find_reader(path, head, readers)
            if found is None and len(head) == _GLANCE:
                found = _find_reader(path, head + (file.read(HEAD - _GLANCE) or b""), readers)
    except OSError:
        return None
    return found


def _find_reader(path: Path, head: bytes, readers: Mapping[str, Reader]) -> str | None:
    return next((name for name, reader in readers.items() if reader.recognises(path, head)), None)
