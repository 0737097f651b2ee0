"""Read what agents did since their logs were last read: of work that goes on now the store knows the beginning only."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store, has_store
from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.logs.collect.log_pieces import LogPiece

_LIVE_S: Final = 86_400.0
"""Seconds since a log last grew for which its work may go on (guess, 2026-11-23: a day at a desk)."""
_MOST_BYTES: Final = 8_000_000
"""Bytes that are read, the newest logs first: one or two seconds (guess, 2026-11-23)."""


def read_live_logs(config: Config, now: datetime) -> int:
    """Store what was added to the logs of sessions that may go on now; return how many files that were.

    Nothing is read into a data folder that has no store, and what fails here is left to the next ingest: who asks wants
    an answer to something else.
    """
    try:
        return _read(config, now.timestamp()) if config.enabled and has_store(config.home) else 0
    except (TwiceshyError, OSError):
        return 0


def _read(config: Config, now: float) -> int:
    from twiceshy.logs.collect.ingest_logs import ingest  # noqa: PLC0415  # readers of logs take longer than an answer

    paths = _find_live(config, now)
    return ingest(paths, config).files_read if paths else 0


def _find_live(config: Config, now: float) -> Sequence[Path]:
    """Return the logs that grew lately and were not read to their end, as many as may be read at once."""
    from twiceshy.archive.reads.sources import read_cursors  # noqa: PLC0415  # as above
    from twiceshy.logs.base import Source  # noqa: PLC0415  # as above
    from twiceshy.logs.collect.ingest_logs import find_sources, select_unread  # noqa: PLC0415  # as above

    sources = [one for one in find_sources([], config) if isinstance(one, Source)]
    live = [one for one in sources if now - _LIVE_S < one.mtime_ns / 1e9]
    if not live:
        return []
    with Store.open(config.home, readonly=True) as store:
        pieces = list(select_unread(live, read_cursors(store.connection), store.salt))
    return list(_take_newest(pieces))


def _take_newest(pieces: "Sequence[LogPiece]") -> Iterator[Path]:
    newest = sorted(pieces, key=lambda one: -one.source.mtime_ns)
    sizes = accumulate(max(0, one.source.size - one.cursor.offset) for one in newest)
    return (one.source.path for one, size in zip(newest, sizes, strict=True) if size <= _MOST_BYTES)
