"""Remove what is older than the user's retention time, and free the disk space that nothing uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from twiceshy.archive import expired, forget, sweep
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.recipes.keep.keepers import list_keepers, retire_kept
from twiceshy.records import ids
from twiceshy.records.upkeep import Cleaning, Expired, Extent, Removal
from twiceshy.run.recipes.run_history import list_expired as list_expired_runs
from twiceshy.run.recipes.run_history import retire


def cleanup(config: Config, now: datetime) -> Cleaning:
    """Remove expired data and unused files; return what was removed and freed.

    Raises:
        NotFound: nothing is stored.
        StoreBusy: an ingest is at work.
        StoreUnwritable: the memory of a repository cannot be written; no session was removed.
    """
    with _open_store(config) as store:
        before = sweep.measure_store(config.home)
        found = _list_expired(store, config, now)
        runs = retire(store, config, now)
        # A note that a sweep is due means that something forgotten may still be legible somewhere in the files.
        damaged = sweep.drop_damaged(store) if store.has_bodies else 0
        texts = damaged + sweep.sweep(store, thorough=sweep.is_due(store.connection))
        removal = _find_old(store, config, now)
        if removal is not None:
            memory = retire_kept(store, config, _list_whole(store, config, now), now, dry_run=False)
            removal = forget.forget(store, Extent(until=_find_day(config, now)), now, dry_run=False)
            removal = replace(removal, memory=memory)
        for keeper in list_keepers():
            keeper.remove_unused(config, now)
        after = sweep.measure_store(config.home)
    return Cleaning(old=removal, texts=texts, runs=runs, bytes_before=before, bytes_after=after, expired=found)


def plan_cleanup(config: Config, now: datetime) -> Cleaning:
    """Return what ``cleanup`` would remove, and remove nothing.

    Raises:
        NotFound: nothing is stored.
        StoreBusy: an ingest is at work.
    """
    with _open_store(config) as store:
        size = sweep.measure_store(config.home)
        removal = _find_old(store, config, now)
        if removal is not None:
            memory = retire_kept(store, config, _list_whole(store, config, now), now, dry_run=True)
            removal = replace(removal, memory=memory)
        return Cleaning(
            old=removal,
            texts=expired.count_loose_texts(store),
            runs=len(list_expired_runs(store, config, now)),
            bytes_before=size,
            bytes_after=size,
            expired=_list_expired(store, config, now),
            dry_run=True,
        )


@contextmanager
def _open_store(config: Config) -> Iterator[Store]:
    """Open the store while no ingest is at work.

    Raises:
        NotFound: nothing is stored.
        StoreBusy: an ingest is at work.
    """
    if not has_store(config.home):
        raise NotFound(f"nothing is stored in {config.home}, so there is nothing to clean up.")
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        yield store


def _find_day(config: Config, now: datetime) -> datetime:
    """Return from when on sessions are kept."""
    return now - timedelta(days=config.memory_retention_days)


def _find_old(store: Store, config: Config, now: datetime) -> Removal | None:
    """Return what is past its retention; None where nothing is."""
    removal = forget.forget(store, Extent(until=_find_day(config, now)), now, dry_run=True)
    return removal if removal.events else None


def _list_whole(store: Store, config: Config, now: datetime) -> list[bytes]:
    return expired.list_whole_sessions(store.connection, format_time(_find_day(config, now)) or "")


def _list_expired(store: Store, config: Config, now: datetime) -> tuple[Expired, ...]:
    """Return all that goes, by kind."""
    found = list(expired.list_expired(store, format_time(_find_day(config, now)) or ""))
    runs = list_expired_runs(store, config, now)
    if runs:
        names = tuple(f"{ids.RUN}-{one.uid.hex()}" for one in runs)
        found.append(Expired(kind="run", count=len(runs), bytes=sum(one.size for one in runs), ids=names))
    files = [file for keeper in list_keepers() for file in keeper.list_unused(config, now)]
    if files:
        found.append(Expired(kind="index", count=len(files), bytes=sum(one.stat().st_size for one in files)))
    return tuple(found)
