"""The spool of git's hooks: what ``recipes/setup/git_note.sh`` wrote, one file a start of the machine, one line a note.

A line is a JSON object of texts: ``e`` event, ``i`` the repository's id, ``h`` commit at HEAD, ``w`` a word of ours,
``p`` id and start of each process above the hook, ``x`` pairs of hashes; ``s`` seconds since 1970 or, where the system
has it for nothing, ``t`` ticks of the kernel's clock since the machine started. A file's last change tells what the
newest of its ticks is in wall time. Every write begins with a newline; what is no such object is counted as torn.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import orjson

from twiceshy.base.foreign_files import ForeignFileError, read_foreign
from twiceshy.commands.keys.gate_keys import hash_text
from twiceshy.records.git_hooks import GitEvent, GitNote, Rewritten

TAKEN_SUFFIX = ".read"
_LARGEST = 1 << 28
"""Bytes of notes; a million commits have 300 MB (guess, 2026-11-23)."""
_MOST_TICKS = 1 << 53
"""Above it a number of ticks is none (by definition of a float)."""
_BOOT = re.compile(r"git-([0-9a-z-]{1,64})\.")
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PROCESS = re.compile(r"[0-9]{1,10}\.[0-9]{1,20}")
_REPOSITORY = re.compile(r"[0-9a-f]{16}")
_WORDS = frozenset({"", "amend", "rebase", "squash"})
_NO_BOOT = "none"


class GitSpoolFile(NamedTuple):
    """What one file holds."""

    notes: tuple[GitNote, ...]
    torn: int
    """Lines that are no whole note."""
    size: int
    """Bytes that were read."""


def find_git_spools(home: Path) -> Iterator[Path]:
    """Yield the files of a data folder, also those already moved out of the hooks' way."""
    folder = home / "spool"
    yield from sorted([*folder.glob("git-*.lines"), *folder.glob(f"git-*{TAKEN_SUFFIX}")])


def read_git_spool(path: Path, salt: bytes) -> GitSpoolFile:
    """Read what the file holds now; nothing where it is gone or is no file."""
    try:
        changed = path.stat().st_mtime
        data = read_foreign(path, _LARGEST)
    except (FileNotFoundError, ForeignFileError):
        return GitSpoolFile((), 0, 0)
    found = _BOOT.match(path.name)
    boot = found[1] if found else _NO_BOOT
    lines, torn = [], 0
    for line in data.split(b"\n"):
        if line:
            try:
                lines.append((line, _parse_line(line)))
            except (ValueError, KeyError, TypeError, AttributeError):
                torn += 1
    newest = max((one.ticks for _, one in lines if one.ticks is not None), default=0)
    clock = _Clock(changed, newest, boot, "" if boot == _NO_BOOT else hash_text(boot, salt).hex())
    return GitSpoolFile(tuple(_make_note(one, line, clock) for line, one in lines), torn, len(data))


class _Line(NamedTuple):
    """The fields of a line, checked."""

    event: GitEvent
    repository: bytes
    ticks: int | None
    seconds: int | None
    hash: str | None
    word: str
    processes: tuple[str, ...]
    rewritten: tuple[Rewritten, ...]


class _Clock(NamedTuple):
    """What turns ticks into time, and process ids into those of this start of the machine."""

    changed: float
    """Seconds since 1970 at the newest ticks."""
    newest: int
    boot: str
    key: str


def _parse_line(line: bytes) -> _Line:
    """Check the fields of a line.

    Raises:
        ValueError: it is no note of ours; so do KeyError, TypeError and AttributeError.
    """
    note = orjson.loads(line)
    pairs = (pair.partition(":") for pair in note["x"].split())
    return _Line(
        event=GitEvent(note["e"]),
        repository=bytes.fromhex(_check(_REPOSITORY, note["i"])),
        ticks=_parse_number(note["t"]) if "t" in note else None,
        seconds=_parse_number(note["s"]) if "t" not in note else None,
        hash=_check(_HASH, note["h"]) if note["h"] else None,
        word=_check_word(note["w"]),
        processes=tuple(_check(_PROCESS, one) for one in note["p"].split()),
        rewritten=tuple(Rewritten(_check(_HASH, old), _check(_HASH, new)) for old, _, new in pairs),
    )


def _check(form: re.Pattern[str], text: str) -> str:
    """Return the text.

    Raises:
        ValueError: it has another form.
    """
    if not form.fullmatch(text):
        raise ValueError
    return text


def _check_word(word: str) -> str:
    if word not in _WORDS:
        raise ValueError
    return word


def _parse_number(text: str) -> int:
    """Return a whole number.

    Raises:
        ValueError: it is none, or no clock has it.
    """
    value = int(text) if text.isdecimal() and len(text) < 20 else -1
    if not 0 <= value < _MOST_TICKS:
        raise ValueError
    return value


def _make_note(one: _Line, line: bytes, clock: _Clock) -> GitNote:
    """Return the record of a line."""
    seconds = float(one.seconds or 0)
    if one.ticks is not None:
        seconds = clock.changed - (clock.newest - one.ticks) / os.sysconf("SC_CLK_TCK")
    return GitNote(
        uid=blake2b(clock.boot.encode() + b"\0" + line, digest_size=16).digest(),
        repository=one.repository,
        event=one.event,
        at=datetime.fromtimestamp(max(seconds, 0.0), UTC),
        hash=one.hash,
        word=one.word,
        ancestors=tuple(f"{process}.{clock.key}" for process in one.processes if clock.key),
        rewritten=one.rewritten,
    )
