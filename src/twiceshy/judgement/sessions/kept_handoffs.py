"""What did the last session of each folder leave open? `learn` keeps it, and the next session's brief looks it up."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import handed_sessions, sessions
from twiceshy.archive.reads.stories import hash_inputs
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.judgement.chats.handoff_words import list_left_open
from twiceshy.judgement.sessions.handoff import describe_handoff
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.local_paths import spell_path, to_local_path
from twiceshy.records.codec import read_value

_KIND: Final = "handoff"
_VERSION: Final = 2
_YOUNG: Final = timedelta(days=14)
"""Older work is another story (guess, 2026-11-23)."""


def keep_handoffs(config: Config, now: datetime, *, pause: Callable[[], None] = lambda: None) -> int:
    """Keep what the newest session of each folder left open; return how many are new."""
    with Store.open(config.home) as store:
        newest = {one.cwd: one.uid for one in reversed(_list_young(store, now)) if one.cwd}
        wanted = list(newest.values())
        known = hash_inputs(store.connection) if wanted else {}
        inputs = {
            uid: blake2b(
                known.get(uid, b"") + repr(sessions.read_outcomes(store.connection, uid)).encode(), digest_size=8
            ).digest()
            for uid in wanted
        }
        stale = derived_values.find_stale(store.connection, _KIND, inputs, _VERSION)
        for uid in stale:
            pause()
            lines = list_left_open(describe_handoff(store, uid, None))
            kept = derived_values.DerivedValue(uid, inputs[uid], json.dumps(lines).encode())
            with store.begin_writing() as connection:
                derived_values.put(connection, _KIND, [kept], _VERSION)
        return len(stale)


def read_left_open(config: Config, folder: Path, now: datetime) -> list[str]:
    """Return what the newest session of a folder left open, where its branch is checked out; mostly nothing.

    Raises:
        StoreError: the store cannot be used.
    """
    if not has_store(config.home):
        return []
    with Store.open(config.home, readonly=True) as store:
        here = spell_path(folder)
        uid = next((one.uid for one in _list_young(store, now) if to_local_path(one.cwd) == here), None)
        kept = derived_values.get(store.connection, _KIND, uid) if uid is not None else None
        if uid is None or kept is None:
            return []
        branch = handed_sessions.read_whereabouts(store.connection, uid).branch
    with read_value("handoff"):
        lines = [str(line) for line in json.loads(kept.value)]
    return lines if lines and _is_checked_out(folder, branch) else []


def _list_young(store: Store, now: datetime) -> list[handed_sessions.WorkedSession]:
    return list(handed_sessions.list_worked(store.connection, format_time(now - _YOUNG) or ""))


def _is_checked_out(folder: Path, branch: str | None) -> bool:
    """Tell whether a branch is the one that is checked out; so is one that the log does not name."""
    if not branch:
        return True
    try:
        return ask_git(folder, "rev-parse", "--abbrev-ref", "HEAD").strip() == branch
    except (SourceError, ToolMissing, OSError):
        return False
