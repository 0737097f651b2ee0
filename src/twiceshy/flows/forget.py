"""Forgetting what the user names, alone with the data folder: an ingest at work would write what is being removed."""

from datetime import datetime

from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows import told
from twiceshy.flows.learned_files import remove_of
from twiceshy.flows.spooled import fold
from twiceshy.records.removal import Extent, Removal
from twiceshy.store import forget as store_forget
from twiceshy.store import rules_file
from twiceshy.store.db import Store, begun
from twiceshy.store.lock import held


def forget(config: Config, extent: Extent, now: datetime, *, dry_run: bool) -> Removal:
    """What was removed for good; with ``dry_run`` what would be.

    Raises:
        NotFound: nothing is stored, or nothing has that name.
        StoreUnwritable: an index or a model could not be removed; nothing was forgotten.
        StoreBusy: an ingest is at work.
    """
    if not begun(config.home):
        raise NotFound(f"nothing is stored in {config.home}, so there is nothing to forget.")
    with Store.open(config.home) as store, held(config.home, "ingest"):
        if not dry_run:
            fold(store, config.home, everything=True)  # what hooks noted can be forgotten only where it is known
            if extent.project and extent.session is None:
                # Before the rows go: afterwards nobody could say which files were the project's.
                remove_of(config, store_forget.identities(store.connection, extent.project))
        removal = store_forget.forget(store, extent, now, dry_run=dry_run)
        if not dry_run:
            rules_file.write(config.home, [], rules_file.settings(config.home))  # any may quote what is gone
            told.clear(config)
        return removal
