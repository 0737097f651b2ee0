"""Which sessions a recorder's checkpoints belong to, from the branch or the refs where it keeps them beside the code.

Entire puts ``Entire-Checkpoint: 0e2d11c70b4f`` into a commit's message and keeps, on ``entire/checkpoints/v1``, a file
``0e/2d11c70b4f/0/metadata.json`` for each session of that checkpoint. Since the middle of 2026 a checkpoint has a ref
of its own instead, ``refs/entire/checkpoints/<last two characters>/<id>``, whose tree holds ``0/metadata.json``; a
clone may have both. Only the ids are read; its transcripts stay where they are.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

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
