"""Which sessions a recorder's checkpoints belong to, from the branch on which it keeps them beside the code.

Entire puts ``Entire-Checkpoint: 0e2d11c70b4f`` into a commit's message and keeps, on ``entire/checkpoints/v1``, a file
``0e/2d11c70b4f/0/metadata.json`` for each session of that checkpoint. Only the ids are read; its transcripts stay
where they are.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from twiceshy.capture.git_lines import read_contents
from twiceshy.capture.git_program import ask_git, stream_git

_BRANCH: Final = re.compile(r"refs/(?:heads|remotes/[^/]+)/entire/checkpoints/v\d+\Z")
_METADATA: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{4,62})/\d+/metadata\.json\Z")


def read_checkpoints(repo: Path) -> Mapping[str, frozenset[str]]:
    """Return the sessions' own ids of each checkpoint's id; empty where no such branch is.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    names: dict[str, str] = {}
    for row in ask_git(repo, "show-ref", accept=(0, 1)).splitlines():
        tip, _, ref = row.partition(" ")
        if _BRANCH.match(ref):
            with stream_git(repo, "ls-tree", "-r", "-z", "--name-only", tip) as output:
                paths = output.read().decode("utf-8", "replace").split("\0")
            names |= {f"{tip}:{path}": "".join(found.groups()) for path in paths if (found := _METADATA.match(path))}
    known: defaultdict[str, set[str]] = defaultdict(set)
    for name, _, text in read_contents(repo, names):
        session = _parse_session_id(text)
        if session:
            known[names[name]].add(session)
    return {checkpoint: frozenset(sessions) for checkpoint, sessions in known.items()}


def _parse_session_id(text: bytes) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    found = value.get("session_id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
