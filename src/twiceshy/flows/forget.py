"""Forgetting what the user names, alone with the data folder: an ingest at work would write what is being removed."""

from dataclasses import replace
from datetime import datetime

from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows import program_lessons, told
from twiceshy.flows.learned_files import remove_of
from twiceshy.flows.spooled import fold
from twiceshy.records.removal import Extent, Removal
from twiceshy.store import forget as store_forget
from twiceshy.store import rules_file, sweep
from twiceshy.store.db import Store, begun
from twiceshy.store.lock import held
from twiceshy.store.reads import program_calls as reads

PROGRAMS = "program call"
"""As which programs' calls are counted, beside the archive's own tables."""


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
        program_lessons.fold(config)
        programs = program_lessons.forget(config, store, extent, dry_run=True)
        if programs and only_programs(store, extent):
            return of_programs(config, store, extent, programs, dry_run=dry_run)
        if not dry_run:
            fold(store, config.home, everything=True)  # what hooks noted can be forgotten only where it is known
            if extent.project and extent.session is None:
                # Before the rows go: afterwards nobody could say which files were the project's.
                remove_of(config, store_forget.identities(store.connection, extent.project))
            program_lessons.forget(config, store, extent, dry_run=False)
        removal = store_forget.forget(store, extent, now, dry_run=dry_run)
        if not dry_run:
            written_anew(config)
        return replace(removal, events=removal.events | {PROGRAMS: programs}) if programs else removal


def only_programs(store: Store, extent: Extent) -> bool:
    """Whether a project is named that no session and no commit is of."""
    return bool(extent.project) and not reads.is_project(store.connection, extent.project or "")


def of_programs(config: Config, store: Store, extent: Extent, calls: int, *, dry_run: bool) -> Removal:
    """What was, or would be, removed of a project that only programs know."""
    removal = Removal(sessions=0, parts=0, events={PROGRAMS: calls}, commits=0, dry_run=dry_run)
    if dry_run:
        return removal
    before = sweep.size(store.home)
    program_lessons.forget(config, store, extent, dry_run=False)
    with store.writing() as connection:
        sweep.mark_due(connection)
    texts = sweep.sweep(store, thorough=True)
    written_anew(config)
    return replace(removal, texts=texts, bytes_freed=max(before - sweep.size(store.home), 0))


def written_anew(config: Config) -> None:
    """Nothing; neither the gate's rules nor a brief's notes have anything of what is gone."""
    rules_file.write(config.home, [], rules_file.settings(config.home))  # any may quote what is gone
    told.clear(config)
