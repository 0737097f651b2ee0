"""Remove what is older than the user's retention time, and free the disk space that nothing uses."""

from datetime import datetime, timedelta

from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows.command.run_history import retire
from twiceshy.flows.predict.ranking_files import remove_unused
from twiceshy.records.upkeep import Cleaning, Extent, Removal
from twiceshy.store import forget, sweep
from twiceshy.store.db import Store, has_store
from twiceshy.store.lock import hold_lock


def cleanup(config: Config, now: datetime) -> Cleaning:
    """Remove expired data and unused files; return what was removed and freed.

    Raises:
        NotFound: nothing is stored.
        StoreBusy: an ingest is at work.
    """
    if not has_store(config.home):
        raise NotFound(f"nothing is stored in {config.home}, so there is nothing to clean up.")
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        before = sweep.measure_store(config.home)
        runs = retire(store, config, now)
        # A note that a sweep is due means that something forgotten may still be legible somewhere in the files.
        texts = sweep.sweep(store, thorough=sweep.is_due(store.connection))
        old = Extent(until=now - timedelta(days=config.memory_retention_days))
        removal: Removal | None = forget.forget(store, old, now, dry_run=True)
        removal = forget.forget(store, old, now, dry_run=False) if removal and removal.events else None
        remove_unused(config, now)
        return Cleaning(
            old=removal, texts=texts, runs=runs, bytes_before=before, bytes_after=sweep.measure_store(config.home)
        )
