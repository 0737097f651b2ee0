"""Which sessions a recorder's checkpoints belong to, from the branch or the refs where it keeps them beside the code.

Entire puts ``Entire-Checkpoint: 0e2d11c70b4f`` into a commit's message and keeps, on ``entire/checkpoints/v1``, a file
``0e/2d11c70b4f/0/metadata.json`` for each session of that checkpoint. Since the middle of 2026 a checkpoint has a ref
of its own instead, ``refs/entire/checkpoints/<last two characters>/<id>``, whose tree holds ``0/metadata.json``; a
clone may have both. Only the ids are read; its transcripts stay where they are.
"""

import json
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.commands.keys.checkpoint_sessions import strip_day
from twiceshy.logs.git_lines import read_contents
from twiceshy.logs.git_program import ask_git, stream_git

_BRANCH: Final = re.compile(r"refs/(?:heads/|remotes/[^/]+/|)entire/checkpoints/v\d+(?:/main)?\Z")
_REF: Final = re.compile(r"refs/(?:remotes/[^/]+/)?entire/checkpoints/([0-9A-Za-z]{2})/([0-9A-Za-z]{10,62}\1)\Z")
"""One checkpoint: 12 hexadecimal digits or a ULID, below its last two characters."""
_METADATA: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{4,62})/\d+/metadata\.json\Z")


def read_checkpoints(repo: Path) -> Mapping[str, frozenset[str]]:
    """Return the sessions' own ids of each checkpoint's id; empty where there is no such branch or ref.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    names: dict[str, str] = {}
    own: dict[str, str] = {}
    for row in ask_git(repo, "show-ref", accept=(0, 1)).splitlines():
        tip, _, ref = row.partition(" ")
        if _BRANCH.match(ref):
            with stream_git(repo, "ls-tree", "-r", "-z", "--name-only", tip) as output:
                paths = output.read().decode("utf-8", "replace").split("\0")
            names |= {f"{tip}:{path}": "".join(found.groups()) for path in paths if (found := _METADATA.match(path))}
        elif found := _REF.match(ref):
            own[tip] = found[2]
    known: defaultdict[str, set[str]] = defaultdict(set)
    _add_sessions(repo, names, known)
    number = 0
    while own:  # the sessions of a checkpoint are counted from 0, and few have a second one
        asked = {f"{tip}:{number}/metadata.json": checkpoint for tip, checkpoint in own.items()}
        there = _add_sessions(repo, asked, known)
        own = {tip: checkpoint for tip, checkpoint in own.items() if f"{tip}:{number}/metadata.json" in there}
        number += 1
    return {checkpoint: frozenset(sessions) for checkpoint, sessions in known.items()}


def _add_sessions(repo: Path, names: Mapping[str, str], known: defaultdict[str, set[str]]) -> set[str]:
    """Add the sessions that these files name to those of their checkpoints; return the names of the files there are."""
    there = set()
    for name, _, text in read_contents(repo, names):
        there.add(name)
        if session := _parse_session_id(text):
            known[names[name]].add(session)
    return there


def _parse_session_id(text: bytes) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    found = value.get("session_id") if isinstance(value, dict) else None
    return strip_day(found) if isinstance(found, str) else ""


# Entire's checkpoints as a repository holds them: which files each has, and who put them there.
#
# Three forms were seen (``twiceshy_git/memory/formats/entire.md``): the branch ``entire/checkpoints/v1``, the pair of
# refs ``refs/entire/checkpoints/v2/main`` and ``…/full/current``, and since July 2026 a ref for each checkpoint.

_RECORDER_BRANCH: Final = re.compile(r"refs/(?:heads/|remotes/[^/]+/)entire/checkpoints/(v\d+)\Z")
_PAIR: Final = re.compile(r"refs/(?:remotes/[^/]+/)?entire/checkpoints/(v\d+)/(?:main|full/\w+)\Z")
_OWN: Final = re.compile(r"refs/(?:remotes/[^/]+/)?entire/checkpoints/([0-9A-Za-z]{2})/([0-9A-Za-z]{10,62}\1)\Z")
_BELOW: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{4,62})/(.+)\Z", re.DOTALL)
_MODES: Final = frozenset({"100644", "100755"})  # of files, by definition


class CheckpointKey(NamedTuple):
    """One checkpoint in one form."""

    form: str
    """``v1``, ``v2``; ``ref`` where it has a ref of its own."""
    id: str


class StoredCheckpoint(NamedTuple):
    """What a repository holds of a checkpoint."""

    files: dict[str, str]
    """Path below the checkpoint to the name of the object."""
    writers: set[str]
    """E-mail addresses of those who wrote it; never stored."""


def list_checkpoints(repo: Path) -> dict[CheckpointKey, StoredCheckpoint]:
    """Return every checkpoint of the repository, with all its refs together.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    found: dict[CheckpointKey, StoredCheckpoint] = {}
    rows = (row.partition(" ") for row in ask_git(repo, "show-ref", accept=(0, 1)).splitlines())
    places = {(tip, place) for tip, _, ref in rows if (place := _place_of(ref))}
    for tip, place in sorted(places):
        _add_files(repo, tip, place, found)
        _add_writers(repo, tip, place, found)
    return found


class _Place(NamedTuple):
    """What lies behind a ref."""

    form: str
    id: str
    """Of the checkpoint that is the whole tree; empty where many lie below folders."""

    def split(self, path: str) -> tuple[CheckpointKey, str] | None:
        """Return the checkpoint of a file, and the file's path below it; None for a file of none."""
        if self.id:
            return CheckpointKey(self.form, self.id), path
        found = _BELOW.match(path)
        return (CheckpointKey(self.form, found[1] + found[2]), found[3]) if found else None


def _place_of(ref: str) -> _Place | None:
    """Return what lies behind a ref; None where these are no checkpoints."""
    if own := _OWN.match(ref):
        return _Place("ref", own[2])
    many = _RECORDER_BRANCH.match(ref) or _PAIR.match(ref)
    return _Place(many[1], "") if many else None


def _add_files(repo: Path, tip: str, place: _Place, found: dict[CheckpointKey, StoredCheckpoint]) -> None:
    for path, name in _list_tree(repo, tip):
        if split := place.split(path):
            key, below = split
            found.setdefault(key, StoredCheckpoint({}, set())).files[below] = name


def _add_writers(repo: Path, tip: str, place: _Place, found: Mapping[CheckpointKey, StoredCheckpoint]) -> None:
    for path, mails in _list_writers(repo, tip):
        split = place.split(path)
        if split and split[0] in found:
            found[split[0]].writers.update(mails)


def read_user_mail(repo: Path) -> str:
    """Return the address that this user commits with here; empty where none is set."""
    return ask_git(repo, "config", "--get", "user.email", accept=(0, 1)).strip()


def _list_tree(repo: Path, tip: str) -> Iterator[tuple[str, str]]:
    """Yield path and object of each file of a commit."""
    for entry in ask_git(repo, "ls-tree", "-r", "-z", tip).split("\0"):
        head, _, path = entry.partition("\t")
        mode, _, name = head.partition(" blob ")
        if mode in _MODES:
            yield path, name


def _list_writers(repo: Path, tip: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield for each file that a commit behind the tip wrote its path, and that commit's two addresses.

    A merge wrote what it has like none of its parents.
    """
    mark = secrets.token_hex(8)  # no path can pass for a commit's line
    words = ["log", "-c", "--name-only", "-z", "--no-renames", f"--format=%x00{mark}%x01%ae%x01%ce", "--root"]
    mails = ("", "")
    for text in ask_git(repo, *words, tip, "--").split("\0"):
        if text.startswith(mark):
            author, _, committer = text.removeprefix(f"{mark}\x01").partition("\x01")
            mails = (author.lower(), committer.strip().lower())
        elif path := text.lstrip("\n"):
            yield path, mails
