"""Fold what git's hooks wrote into the store; a file is deleted once its notes are stored and nobody writes to it."""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.note_rows import put_git_notes
from twiceshy.archive.rows import hash_body
from twiceshy.base.config import Config
from twiceshy.base.values import Scrubbed
from twiceshy.logs.collect.fold_spool import rename_aside
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.git_spool import TAKEN_SUFFIX, find_git_spools, read_git_spool
from twiceshy.logs.history.known_repositories import list_recorded_repositories
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.projects import ProjectFinder
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.git_hooks import GitNote

_REST_S = 60
"""Seconds after which nobody writes any more to a file that was renamed; a hook takes .01 s (guess, 2026-11-23)."""


class GitFoldCounts(NamedTuple):
    """The counts of one fold."""

    new: int
    torn: int
    """Lines that no hook ends with."""
    homeless: int
    """Notes of repositories that are gone, or in which collecting is switched off; they are not stored."""


def fold_git_notes(config: Config) -> GitFoldCounts:
    """Store what hooks of git wrote. May be killed at any point and run again: nothing is lost or stored twice.

    Raises:
        StoreBusy: another process is folding.
        StoreError: the store or a spool file cannot be written; what was there is still there.
    """
    counts = [GitFoldCounts(0, 0, 0)]
    if not any(find_git_spools(config.home)):
        return counts[0]
    with Store.open(config.home) as store, hold_lock(config.home, "spool"):
        projects = _find_projects(config, store)
        faults = StepFaults(store, "spool")
        for path in list(find_git_spools(config.home)):
            with faults.guard(hash_body(os.fsencode(path.name)), spell_path(path.name)):
                counts.append(_fold_file(store, path, projects))
    return GitFoldCounts(*(sum(column) for column in zip(*counts, strict=True)))


def _find_projects(config: Config, store: Store) -> dict[bytes, Scrubbed]:
    """Return the project's identity of each repository that may be recorded, by the id in its notes."""
    scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    finder = ProjectFinder()
    return {
        bytes.fromhex(one.id): scrubber.text(finder.find(one.top).identity)
        for one in list_recorded_repositories(config)
    }


def _fold_file(store: Store, path: Path, projects: Mapping[bytes, Scrubbed]) -> GitFoldCounts:
    """Store the notes of one file."""
    if not path.name.endswith(TAKEN_SUFFIX):
        path = rename_aside(path, TAKEN_SUFFIX)
    found = read_git_spool(path, store.salt)
    by_project = _group_notes(found.notes, projects)
    with store.begin_writing() as connection:
        new = sum(put_git_notes(connection, project, notes) for project, notes in by_project.items())
    taken_s = int(path.name.split(".")[-2]) / 1e9
    if abs(time.time() - taken_s) > _REST_S and path.stat().st_size == found.size:
        path.unlink()
    return GitFoldCounts(new, found.torn, len(found.notes) - sum(map(len, by_project.values())))


def _group_notes(notes: Iterable[GitNote], projects: Mapping[bytes, Scrubbed]) -> dict[Scrubbed, list[GitNote]]:
    """Group notes by their project; those of no known one are left out."""
    found: dict[Scrubbed, list[GitNote]] = {}
    for note in notes:
        if note.repository in projects:
            found.setdefault(projects[note.repository], []).append(note)
    return found
