"""What a change is about, in the words of the person who asked an agent for it.

It is looked for in the store: the newest session of the project that changed a file of the change, within a day. What
is not there yet (`ingest` was not run) is not known.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.session_tasks import find_asked_words
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreError
from twiceshy.logs.projects import find_project

_WITHIN: Final = timedelta(days=1)
"""Time within which the session ended (guess, 2026-11-24)."""


def find_session_task(config: Config, repo: Path, paths: Sequence[str], now: datetime) -> str:
    """Return the session's newest prompts, redacted; empty where there is none or the store cannot be read."""
    with suppress(StoreError):
        if paths and has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                identity = find_project(repo.resolve()).identity
                return "\n".join(find_asked_words(store.connection, identity, paths, now - _WITHIN))
    return ""
