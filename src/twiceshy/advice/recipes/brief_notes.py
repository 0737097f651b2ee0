"""Remember what a session was briefed on, so that nothing is repeated: one small cache file a session and event.

The hook looks only at the file's size before it starts anything: ``DONE`` bytes or more mean that this session has
had its brief at this event. If the cache is emptied, a brief is repeated, nothing else.
"""

import json
import os
import time
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.records.lessons import NOTHING_SPENT, SpentBudget

DONE = 8
"""Bytes of a note on a brief at least; a note on a look is shorter (defined by the format)."""
_LOOKED = b"..."
"""What a prompt adds about which nothing was said: after three of them nothing is looked for any more. Guess of
2026-11-21: a look costs .4 s, and the first words of a session mostly name its task."""
_KEPT_S = 14 * 86_400
"""Seconds that a session's notes are kept (guess of 2026-11-21: sessions end sooner)."""
_MOST_LOOKED_AT = 2_000
"""Files that a cleaning looks at (guess of 2026-11-21)."""


def path_of(config: Config, session: str, event: str) -> Path:
    """Return the file of a session's event; ``session`` can be a file name, as in the spool."""
    return config.cache / "brief" / f"{session}.{event}"


def is_done(config: Config, session: str, event: str) -> bool:
    """Tell whether nothing more is to be said at this event of the session."""
    try:
        return path_of(config, session, event).stat().st_size >= DONE
    except OSError:
        return False


def read_brief(config: Config, session: str) -> SpentBudget:
    """Return what was said at the session's start."""
    try:
        value = json.loads(path_of(config, session, "SessionStart").read_text(encoding="utf-8"))
        return SpentBudget(int(value["size"]), tuple(map(str, value["lessons"])))
    except (OSError, ValueError, KeyError, TypeError):
        return NOTHING_SPENT


def note_look(config: Config, session: str, event: str) -> None:
    """Note that there was nothing to say this time."""
    _write(path_of(config, session, event), _LOOKED, os.O_APPEND)


def note_brief(config: Config, session: str, event: str, told: SpentBudget) -> None:
    """Note that a brief was given or held out; delete the files of sessions long over."""
    path = path_of(config, session, event)
    _write(path, json.dumps({"size": told.size, "lessons": list(told.lessons)}).encode(), os.O_TRUNC)
    oldest = time.time() - _KEPT_S
    with os.scandir(path.parent) as entries:
        for number, entry in enumerate(entries):
            if number >= _MOST_LOOKED_AT:
                break
            if entry.stat().st_mtime < oldest:
                Path(entry.path).unlink(missing_ok=True)


def clear(config: Config) -> None:
    """Delete all notes on sessions; sessions that go on may get the same brief again."""
    for path in (config.cache / "brief").glob("*"):
        path.unlink(missing_ok=True)


def _write(path: Path, data: bytes, how: int) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        os.write(file, data)
    finally:
        os.close(file)
