"""Forget what the user names, while nothing else uses the data folder: an ingest could write it back."""

from dataclasses import replace
from datetime import datetime

from twiceshy.advice.recipes import brief_notes
from twiceshy.archive import forget as store_forget
from twiceshy.archive import rules_file, sweep
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.pulled_records import list_pulled_projects
from twiceshy.archive.reads import calls as reads
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.lessons.recipes import program_lessons
from twiceshy.logs.collect.fold_spool import fold
from twiceshy.logs.history.fold_git_notes import fold_git_notes
from twiceshy.recipes.keep.keepers import forget_kept, list_keepers
from twiceshy.records.upkeep import Extent, Removal

_PROGRAMS = "program call"
"""As which programs' calls are counted, beside the archive's own tables."""


def forget(config: Config, extent: Extent, now: datetime, *, dry_run: bool) -> Removal:
    """Remove the extent for good and return what was removed; with ``dry_run`` return what would be.

    Raises:
        NotFound: nothing is stored, or nothing has that name.
        StoreUnwritable: an index or a model could not be removed; nothing was forgotten.
        StoreBusy: an ingest is at work.
    """
    if not has_store(config.home):
        raise NotFound(f"nothing is stored in {config.home}, so there is nothing to forget.")
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        program_lessons.fold(config)
        programs = program_lessons.forget(config, store, extent, dry_run=True)
        if programs and _is_program_project(store, extent):
            return _forget_programs(config, store, extent, programs, dry_run=dry_run)
        if _is_told_project(store, extent):
            return _forget_told(config, store, extent, now, dry_run=dry_run)
        if not dry_run:
            fold(store, config.home, everything=True)  # what hooks noted can be forgotten only where it is known
            fold_git_notes(config)
            if extent.project and extent.session is None:
                # Before the rows go: afterwards nobody could say which files were the project's.
                identities = store_forget.list_identities(store.connection, extent.project)
                for keeper in list_keepers():
                    keeper.remove_project_files(config, identities)
            program_lessons.forget(config, store, extent, dry_run=False)
        memory = forget_kept(store, config, extent, now, dry_run=dry_run)
        removal = replace(store_forget.forget(store, extent, now, dry_run=dry_run), memory=memory)
        if not dry_run:
            _clear_derived_files(config)
        return replace(removal, events=removal.events | {_PROGRAMS: programs}) if programs else removal


def _is_program_project(store: Store, extent: Extent) -> bool:
    """Tell whether the extent names a project that has calls of programs but no sessions and no commits."""
    return bool(extent.project) and not reads.is_project(store.connection, extent.project or "")


def _is_told_project(store: Store, extent: Extent) -> bool:
    """Tell whether the extent is all of a project that nothing but others' memory is known of."""
    name = extent.project or ""
    return (
        Extent(project=name) == extent
        and name in list_pulled_projects(store.connection)
        and not reads.is_project(store.connection, name)
    )


def _forget_told(config: Config, store: Store, extent: Extent, now: datetime, *, dry_run: bool) -> Removal:
    """Remove a project that only others told of, and return what was or would be removed."""
    before = sweep.measure_store(store.home)
    told = forget_kept(store, config, extent, now, dry_run=dry_run)
    removal = Removal(sessions=0, parts=0, memory=told, dry_run=dry_run)
    return removal if dry_run else _sweep_after(config, store, removal, before)


def _forget_programs(config: Config, store: Store, extent: Extent, calls: int, *, dry_run: bool) -> Removal:
    """Remove a project that only programs know, and return what was or would be removed."""
    removal = Removal(sessions=0, parts=0, events={_PROGRAMS: calls}, commits=0, dry_run=dry_run)
    if dry_run:
        return removal
    before = sweep.measure_store(store.home)
    program_lessons.forget(config, store, extent, dry_run=False)
    return _sweep_after(config, store, removal, before)


def _sweep_after(config: Config, store: Store, removal: Removal, before: int) -> Removal:
    """Remove what nothing refers to any more; ``before``: bytes of the store until then."""
    with store.begin_writing() as connection:
        sweep.mark_due(connection)
    texts = sweep.sweep(store, thorough=True)
    _clear_derived_files(config)
    return replace(removal, texts=texts, bytes_freed=max(before - sweep.measure_store(store.home), 0))


def _clear_derived_files(config: Config) -> None:
    """Clear the gate's rules and the briefs' notes, as they may quote what is gone."""
    rules_file.write(config.home, [], rules_file.read_settings(config.home))  # any may quote what is gone
    brief_notes.clear(config)
