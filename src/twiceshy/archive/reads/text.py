"""The whole of a text whose row may hold only its beginning."""

from twiceshy.archive.db import Store
from twiceshy.base.values import Scrubbed


def read_whole(store: Store, beginning: str, body: bytes | None) -> Scrubbed:
    """Return the text of a row from its columns ``text`` and ``body``."""
    return Scrubbed(beginning) if body is None else store.body(body)
