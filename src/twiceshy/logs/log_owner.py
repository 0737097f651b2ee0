"""Which agent a log file belongs to, judged by its content where a folder may hold several agents' logs.

In an agent's own folder its place says enough. Elsewhere each reader is asked in the table's order, and the first that
knows the file takes it; their answers do not overlap on any real file seen. What nobody takes is told if it was named,
or if it looks like a log.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from twiceshy.base.errors import locate_fault
from twiceshy.base.foreign_files import stream_foreign
from twiceshy.logs import file_walk
from twiceshy.logs.base import Reader, Source
from twiceshy.logs.file_walk import is_fixture
from twiceshy.logs.json_lines import LONGEST, load_odd_line
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.unclaimed_files import describe, looks_like_log
from twiceshy.logs.wide_text import narrow_bytes
from twiceshy.records.ingest import UnclaimedFile

_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json", ".traj", ".md", ".db"})
_LINE_SUFFIXES = frozenset({".log", ".txt", ".out"})
"""Names that a stream of JSON lines is saved under; looked at only where such a line begins the file."""
_LINES = _LINE_SUFFIXES | {".jsonl", ".ndjson"}
_GLANCE = 4_096  # bytes that are nearly always enough; a look costs what it reads (guess, 2026-11-21)
HEAD = 65_536  # bytes that are looked at where they were not (guess, 2026-11-21)


class FileOwner(NamedTuple):
    """Whose log a file is, and its beginning as UTF-8."""

    agent: str | None
    """None if it is no agent's log."""
    head: bytes
    fault: str = ""
    """Where a reader of ours failed at it, and no other took it."""


def find_logs(
    root: Path, readers: Mapping[str, Reader], env: Mapping[str, str], home: Path
) -> Iterator[Source | UnclaimedFile]:
    """Yield the logs of any agent at or below a path, and what nobody claims though it was named or looks like one."""
    for reader in readers.values():
        if any(own == root or own in root.parents for own in reader.roots(dict(env), home)):
            yield from reader.find(root)
            return
    for path in file_walk.find_files(root):
        try:
            found = _look_at(path, root, readers)
        except Exception as error:  # noqa: BLE001  # one odd file must not hide the others
            found = report_fault(path, locate_fault(error), named=path == root)
        if found is not None:
            yield found


def _look_at(path: Path, root: Path, readers: Mapping[str, Reader]) -> Source | UnclaimedFile | None:
    """Return the file as somebody's log, or as nobody's; None where it is not worth a word."""
    named = path == root
    if not named and path.suffix not in _SUFFIXES | _LINE_SUFFIXES:
        return None
    try:
        agent, head, fault = owner_of(path, readers)
    except OSError as error:
        reason = f"unreadable: {error.strerror or error}"
        return UnclaimedFile(path=spell_path(path), recognised=reason, named=True) if named else None
    if agent is not None:
        if not named and is_fixture(path) and not is_fixture(root / "any"):
            words = f"a log of {agent} among a project's tests or examples: name it, or its folder, to read it"
            return UnclaimedFile(path=spell_path(path), recognised=words, named=False)
        return next(readers[agent].find(path), None)
    if fault:
        return report_fault(path, fault, named=named)
    return describe(path, head, named=named) if named or looks_like_log(path, head) else None


def report_fault(path: Path, fault: str, *, named: bool) -> UnclaimedFile:
    """Return a file that could not be looked at for a fault of ours."""
    words = f"not looked at, for a fault of ours ({fault}); please report it"
    return UnclaimedFile(path=spell_path(path), recognised=words, named=named, place=fault)


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
        found = _find_reader(path, head, readers)
        if found.agent is None and len(start) == _GLANCE:
            head = narrow_bytes(start + (file.read(HEAD - _GLANCE) or b""))
            found = _find_reader(path, head, readers)
        if found.agent is None and (rest := _pass_over_odd_line(path, head, file)):
            behind = _find_reader(path, rest, readers)
            return found if behind.agent is None else behind
    return found


def _pass_over_odd_line(path: Path, head: bytes, file: IO[bytes]) -> bytes:
    """Return what stands behind a first line that is torn or longer than what was looked at; nothing behind another."""
    if path.suffix not in _LINES or head.lstrip()[:1] != b"{":
        return b""
    first, newline, rest = head.partition(b"\n")
    if newline:
        return b"" if load_odd_line(first) else rest
    for _ in range(LONGEST // HEAD):
        _, newline, rest = (file.read(HEAD) or b"").partition(b"\n")
        if newline:
            return rest + (file.read(HEAD) or b"")
    return b""


def may_be_log(name: str) -> bool:
    """Tell whether a file may be an agent's log by its name: others need not be opened."""
    return name[name.rfind(".") :] in _SUFFIXES | _LINE_SUFFIXES


def agent_of(path: Path, readers: Mapping[str, Reader]) -> str | None:
    """Return the agent that wrote the file; None if it is no agent's log or cannot be read."""
    if path.suffix not in _SUFFIXES | _LINE_SUFFIXES:
        return None
    try:
        return owner_of(path, readers).agent
    except OSError:
        return None


def _find_reader(path: Path, head: bytes, readers: Mapping[str, Reader]) -> FileOwner:
    """Return the first reader that knows the file; one that fails at it does not know it, and the next is asked."""
    fault = ""
    for name, reader in readers.items():
        try:
            if reader.recognises(path, head):
                return FileOwner(name, head)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001  # a file of any shape must not hide the others
            fault = fault or locate_fault(error)
    return FileOwner(None, head, fault)
