r"""Entire's checkpoints: which files of one belong together, and what its ``metadata.json`` says.

>>> sort_files({"0/metadata.json": "aa", "0/full.jsonl": "bb", "0/full.jsonl.001": "cc", "0/prompt.txt": "dd"})
[SessionFiles(number=0, metadata='aa', transcript=('bb', 'cc'))]
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.commands.keys.checkpoint_sessions import strip_day

_IN_SESSION: Final = re.compile(r"(\d{1,9})/(.+)\Z")
_TRANSCRIPT: Final = re.compile(r"(?:full\.jsonl|raw_transcript)(?:\.(\d{1,9}))?\Z")
"""The agent's own log; a long one goes on in files with a number."""


class SessionFiles(NamedTuple):
    """Where one session of a checkpoint lies: names of objects."""

    number: int
    """Of its folder. Numbers have gaps."""
    metadata: str
    transcript: tuple[str, ...]
    """The parts of the agent's own log, in order; none where only the metadata was kept."""


class SessionNote(NamedTuple):
    """What a session's metadata says of it."""

    session_id: str
    """The agent's own id."""
    agent: str
    """As people call it; empty where it was not written down."""
    created_at: str


def sort_files(files: Mapping[str, str]) -> list[SessionFiles]:
    """Return the sessions of one checkpoint, by number, from its files' names below it and their objects."""
    metadata: dict[int, str] = {}
    parts = defaultdict[int, dict[int, str]](dict)
    for path, name in files.items():
        if found := _IN_SESSION.match(path):
            number, rest = int(found[1]), found[2]
            if rest == "metadata.json":
                metadata[number] = name
            elif part := _TRANSCRIPT.match(rest):
                parts[number][int(part[1] or 0)] = name
    return [
        SessionFiles(number, metadata[number], tuple(one for _, one in sorted(parts[number].items())))
        for number in sorted(metadata)
    ]


def parse_note(text: bytes) -> SessionNote:
    """Return what a session's ``metadata.json`` says.

    Raises:
        SourceError: it is no such file, or names no session.
    """
    value = parse_metadata(text)
    session = value.get("session_id")
    if not isinstance(session, str) or not session:
        raise SourceError("the metadata of a checkpoint's session names no session_id")
    agent, created = value.get("agent"), value.get("created_at")
    return SessionNote(
        strip_day(session), agent if isinstance(agent, str) else "", created if isinstance(created, str) else ""
    )


def parse_metadata(text: bytes) -> dict[str, Any]:
    """Return a ``metadata.json`` with all its keys.

    Raises:
        SourceError: it is no JSON object.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError("the metadata of a checkpoint is no JSON") from error
    if not isinstance(value, dict):
        raise SourceError("the metadata of a checkpoint is no JSON object")
    return value
