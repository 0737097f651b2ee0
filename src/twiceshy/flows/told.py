"""What a session was told already, so that it is told once: one small file a session and event in the cache.

The hook looks at the file's size alone before it starts anything: ``DONE`` bytes or more mean that this session has had
its brief at this event. A cache that is emptied costs a repeated brief, nothing else.
"""

import json
import os
import time
from pathlib import Path

from twiceshy.config import Config
from twiceshy.records.briefs import NOTHING_TAKEN, Taken

DONE = 8
"""Bytes."""
LOOKED = b"..."
"""What a prompt adds about which nothing was said: after three of them nothing is looked for any more. Guess of
2026-11-21: a look costs .4 s, and the first words of a session mostly name its task."""
KEPT_S = 14 * 86_400
MOST_LOOKED_AT = 2_000
"""Files that a cleaning looks at."""


def place(config: Config, session: str, event: str) -> Path:
    """The file; ``session`` is fit to be a file's name, as in the spool."""
    return config.cache / "brief" / f"{session}.{event}"


def done(config: Config, session: str, event: str) -> bool:
    """Whether nothing more is to be said at this event of the session."""
    try:
        return place(config, session, event).stat().st_size >= DONE
    except OSError:
        return False


def before(config: Config, session: str) -> Taken:
    """What was said at the session's start."""
    try:
        value = json.loads(place(config, session, "SessionStart").read_text(encoding="utf-8"))
        return Taken(int(value["size"]), tuple(map(str, value["lessons"])))
    except (OSError, ValueError, KeyError, TypeError):
        return NOTHING_TAKEN


def looked(config: Config, session: str, event: str) -> None:
    """Nothing; it is noted that there was nothing to say this time."""
    _write(place(config, session, event), LOOKED, os.O_APPEND)


def said(config: Config, session: str, event: str, told: Taken) -> None:
    """Nothing; it is noted that this was said, or held back; files of sessions long over are gone."""
    path = place(config, session, event)
    _write(path, json.dumps({"size": told.size, "lessons": list(told.lessons)}).encode(), os.O_TRUNC)
    oldest = time.time() - KEPT_S
    with os.scandir(path.parent) as entries:
        for number, entry in enumerate(entries):
            if number >= MOST_LOOKED_AT:
                break
            if entry.stat().st_mtime < oldest:
                Path(entry.path).unlink(missing_ok=True)


def clear(config: Config) -> None:
    """Nothing; no session is named any more: those that go on may be told the same again."""
    for path in (config.cache / "brief").glob("*"):
        path.unlink(missing_ok=True)


def _write(path: Path, data: bytes, how: int) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        os.write(file, data)
    finally:
        os.close(file)
