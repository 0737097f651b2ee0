"""Fold what git's hooks wrote into the store, and read the commits of the repositories that they wrote of.

A file is deleted once its notes are stored and nobody writes to it any more.
"""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture.git_spool import TAKEN_SUFFIX, find_git_spools, read_git_spool
from twiceshy.capture.local_paths import spell_path
from twiceshy.capture.projects import ProjectFinder
from twiceshy.config import Config, load
from twiceshy.errors import ConfigError, StoreUnwritable
from twiceshy.flows.collect.read_commits import read_commits
from twiceshy.flows.collect.step_faults import StepFaults
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.git_notes import GitNote
from twiceshy.records.values import Scrubbed
from twiceshy.store.db import Store
from twiceshy.store.git_hook_record import read_hooked
from twiceshy.store.git_note_rows import put_git_notes
from twiceshy.store.lock import hold_lock
from twiceshy.store.rows import hash_body

_REST_S = 60
"""Seconds after which nobody writes any more to a file that was renamed; a hook takes .01 s (guess, 2026-11-23)."""


class GitFoldCounts(NamedTuple):
    """The counts of one fold."""

    new: int
    torn: int
    """Lines that no hook ends with."""
    homeless: int
    """Notes of repositories that are gone, or in which collecting is switched off; they are not stored."""
    commits: int = 0
    """New ones of the repositories that new notes are of."""


def fold_git_notes(config: Config) -> GitFoldCounts:
    """Store what hooks of git wrote. May be killed at any point and run again: nothing is lost or stored twice.

    Raises:
        StoreBusy: another process is folding.
        StoreError: the store or a spool file cannot be written; what was there is still there.
    """
    counts = [GitFoldCounts(0, 0, 0)]
    if not any(find_git_spools(config.home)):
        return counts[0]
    with Store.open(config.home) as store:
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        hooked = _find_hooked(config, scrubber)
        with hold_lock(config.home, "spool"):
            faults = StepFaults(store, "spool")
            for path in list(find_git_spools(config.home)):
                with faults.guard(hash_body(os.fsencode(path.name)), spell_path(path.name)):
                    counts.append(_fold_file(store, path, hooked))
        if any(one.new for one in counts):  # a repository in which nothing moved costs one call of git
            read = read_commits(store, scrubber, sorted({one.top for one in hooked.values()}))
            counts.append(GitFoldCounts(0, 0, 0, read.commits))
    return GitFoldCounts(*(sum(column) for column in zip(*counts, strict=True)))


class _Hooked(NamedTuple):
    """A repository whose hooks are ours, and which may be recorded."""

    top: str
    project: Scrubbed


def _find_hooked(config: Config, scrubber: Scrubber) -> dict[bytes, _Hooked]:
    """Return the hooked repositories by id; without those that are gone or switched off."""
    finder = ProjectFinder()
    found = {}
    for one in read_hooked(config.home):
        top = one.top if Path(one.top).is_dir() else one.common
        if Path(top).is_dir() and _is_collected(Path(top)):
            found[bytes.fromhex(one.id)] = _Hooked(top, scrubber.text(finder.find(top).identity))
    return found


def _is_collected(top: Path) -> bool:
    """Tell whether a project's settings let it be recorded; so they do not where they cannot be read."""
    try:
        return load({}, os.environ, top).enabled
    except ConfigError:
        return False


def _fold_file(store: Store, path: Path, hooked: Mapping[bytes, _Hooked]) -> GitFoldCounts:
    """Store the notes of one file."""
    if not path.name.endswith(TAKEN_SUFFIX):
        path = _rename_aside(path)
    found = read_git_spool(path, store.salt)
    by_project = _group_notes(found.notes, hooked)
    with store.begin_writing() as connection:
        new = sum(put_git_notes(connection, project, notes) for project, notes in by_project.items())
    taken_s = int(path.name.split(".")[-2]) / 1e9
    if time.time() - taken_s > _REST_S and path.stat().st_size == found.size:
        path.unlink()
    return GitFoldCounts(new, found.torn, len(found.notes) - sum(map(len, by_project.values())))


def _group_notes(notes: Iterable[GitNote], hooked: Mapping[bytes, _Hooked]) -> dict[Scrubbed, list[GitNote]]:
    """Group notes by their project; those of no known one are left out."""
    found: dict[Scrubbed, list[GitNote]] = {}
    for note in notes:
        if note.repository in hooked:
            found.setdefault(hooked[note.repository].project, []).append(note)
    return found


def _rename_aside(path: Path) -> Path:
    """Rename the file to a name of its own, so that a hook begins a new one; return its new path.

    Raises:
        StoreUnwritable: it cannot be renamed.
    """
    taken = path.with_name(f"{path.stem}.{time.time_ns()}{TAKEN_SUFFIX}")
    try:
        return path.rename(taken)
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be renamed: {exc.strerror}. Nothing in it was lost.") from exc
