"""Read the commits of every project whose folder still exists on this machine into the store.

A repository whose branches have not moved costs one cheap call of git. Commits come parents first and are stored
by hundreds, so an interruption loses nothing: the next run continues after the newest stored ones.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import derived_values
from twiceshy.archive.commit_rows import CommitPlace, add_commits, place_commits
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.commits import read_hashes, read_tips
from twiceshy.archive.rows import hash_body
from twiceshy.archive.storage_errors import may_be_refusal
from twiceshy.base.errors import SourceError, TwiceshyError
from twiceshy.base.values import Scrubbed
from twiceshy.logs import git
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.cut_history import read_cut_parents
from twiceshy.logs.git import is_memory_commit
from twiceshy.logs.git_reflog import CommitOrigin, read_origins
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.partial_history import list_history, read_named, read_partly
from twiceshy.logs.projects import ProjectFinder, Repository, repository_of
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_commits import scrub_commits
from twiceshy.records.commits import CommitSummary, RawCommit

KIND = "commit-tips"
VERSION = 2
AT_ONCE = 500
"""Commits a transaction: a killed run loses no more than these (guess, 2026-11-21)."""


def read_commits(store: Store, scrubber: Scrubber, folders: Iterable[str]) -> CommitSummary:
    """Store new commits of the repositories that the folders lie in; return the counts and failures.

    Folders that no longer exist are skipped.

    Raises:
        ToolMissing: there is no git.
        StoreError: as ``Store.add``.
    """
    finder = ProjectFinder()
    repositories: dict[Path, Repository] = {}
    for folder in folders:
        found = repository_of(Path(folder)) if Path(folder).is_absolute() else None
        if found is not None:
            repositories.setdefault(found.common, found)
    new, failed = 0, []
    faults = StepFaults(store, "commits", VERSION)
    for repository in repositories.values():
        key, name = hash_body(os.fsencode(repository.common)), scrubber.text(spell_path(repository.top))
        try:
            with faults.guard(key, name):
                project = finder.find(str(repository.top)).identity
                new += _read_repository(store, scrubber, repository, project, faults)
        except SourceError as error:
            failed.append((name, scrubber.text(spell_path(str(error)))))
    return CommitSummary(projects=len(repositories), commits=new, failed=tuple(failed))


def _read_repository(
    store: Store, scrubber: Scrubber, repository: Repository, identity: str, faults: StepFaults
) -> int:
    """Store the new commits of one repository; return how many there were."""
    salt = store.salt
    key = blake2b(str(repository.common).encode("utf-8", "replace"), key=salt, digest_size=16).digest()
    stand = blake2b("\n".join([identity, *sorted(git.list_tips(repository.common))]).encode(), digest_size=16).digest()
    if not store.find_stale(KIND, {key: stand}, VERSION):
        return 0
    project = scrubber.text(identity)
    clone = read_clone_notes(repository.common)
    writing = CommitWriter(store, scrubber, project, faults, clone)
    before = derived_values.get(store.connection, KIND, key)
    if clone.cut or (before is not None and json.loads(before.value).get("cut")):
        # What was cut off may have come in since, behind commits that are stored.
        writing.store_all(read_unstored(store, repository.common, project))
    else:
        _read_new(store, writing, repository.common)
    writing.place_all()
    value = json.dumps({"new": writing.new, "cut": bool(clone.cut)}).encode()
    store.put_derived(KIND, [DerivedValue(key=key, input_hash=stand, value=value)], VERSION)
    return writing.new


def _read_new(store: Store, writing: "CommitWriter", common: Path) -> None:
    """Store what is behind no stored commit."""
    salt, project = store.salt, writing.project
    try:
        writing.store_all(git.read_commits(common, salt=salt, known=read_tips(store.connection, project)))
    except SourceError:  # a content is missing, or damaged: it must not cost the commits behind it
        writing.store_all(read_partly(common, salt=salt, known=read_tips(store.connection, project)))


def read_unstored(store: Store, common: Path, project: Scrubbed, newest: int = 0) -> Iterator[RawCommit]:
    """Yield the commits of a repository, or the newest so many of them, that are not stored; parents first.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository, or, after what could be read, all of it.
    """
    stored = read_hashes(store.connection, project)
    yield from read_named(common, [one for one in list_history(common, newest) if one not in stored], salt=store.salt)


class CloneNotes(NamedTuple):
    """What only this clone knows of its commits."""

    origins: Mapping[str, CommitOrigin]
    cut: Mapping[str, tuple[str, ...]]
    """Real parents of the commits at which it was cut off."""


def read_clone_notes(common: Path) -> CloneNotes:
    """Return the notes of a clone.

    Raises:
        ToolMissing: there is no git.
    """
    return CloneNotes(read_origins(common), read_cut_parents(common))


class CommitWriter:
    """Stores commits of one project by hundreds, and names those at which our code fails."""

    def __init__(  # one place where all of it meets
        self, store: Store, scrubber: Scrubber, project: Scrubbed, faults: StepFaults, clone: CloneNotes
    ) -> None:
        self.store = store
        self.scrubber = scrubber
        self.project = project
        self.faults = faults
        self.clone = clone
        self.new = 0

    def store_all(self, found: Iterator[RawCommit]) -> None:
        """Store what is found but memory itself, group by group; what was found before an error is stored.

        Raises:
            SourceError: as the finding does.
            StoreError: the store cannot be used.
        """
        group: list[RawCommit] = []
        try:
            for one in found:
                if is_memory_commit(one):
                    continue
                group.append(one)
                if len(group) >= AT_ONCE:
                    self.store_group(group)
                    group = []
        except SourceError:
            self.store_group(group)
            raise
        self.store_group(group)

    def store_group(self, group: Sequence[RawCommit]) -> None:
        """Store some commits in one transaction; where that fails for a fault of ours, one by one."""
        try:
            self.put(group)
        except Exception as error:
            if isinstance(error, TwiceshyError) and not may_be_refusal(error):
                raise
            for one in group:
                with self.faults.guard(hash_body(one.hash.encode()), f"{self.project} {one.hash[:12]}"):
                    self.put([one])

    def put(self, group: Sequence[RawCommit]) -> None:
        """Store some commits in one transaction, all or none."""
        if group:
            clean = scrub_commits([self.add_notes(one) for one in group], self.scrubber)
            with self.store.begin_writing() as connection:
                self.new += add_commits(connection, self.project, clean)

    def add_notes(self, one: RawCommit) -> RawCommit:
        """Return the commit with what the clone knows of it."""
        origin, parents = self.clone.origins.get(one.hash), self.clone.cut.get(one.hash)
        if origin is not None:
            one = replace(one, branch=origin.branch, amends=origin.amends)
        return one if parents is None else replace(one, parents=parents)

    def place_all(self) -> None:
        """Add the branches that became known after their commits were stored."""
        known = [(name, one) for name, one in self.clone.origins.items() if one != (None, None)]
        names = self.scrubber.texts([one.branch or "" for _, one in known])
        places = [
            CommitPlace(name, branch or None, one.amends) for (name, one), branch in zip(known, names, strict=True)
        ]
        with self.store.begin_writing() as connection:
            place_commits(connection, self.project, places)
