"""Read the commits of every project whose folder still exists on this machine into the store.

A repository whose branches have not moved costs one cheap call of git. Commits come parents first and are stored
by hundreds, so an interruption loses nothing: the next run continues after the newest stored ones.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from twiceshy.capture import git
from twiceshy.capture.local_paths import spell_path
from twiceshy.capture.memory_commits import is_memory_commit
from twiceshy.capture.partial_history import read_partly
from twiceshy.capture.projects import ProjectFinder, Repository, repository_of
from twiceshy.errors import SourceError, TwiceshyError
from twiceshy.flows.collect.step_faults import StepFaults
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_commits import scrub_commits
from twiceshy.records.commits import CommitSummary, RawCommit
from twiceshy.records.values import Scrubbed
from twiceshy.store.commit_rows import add_commits
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.reads.commits import read_tips
from twiceshy.store.rows import hash_body
from twiceshy.store.storage_errors import may_be_refusal

KIND = "commit-tips"
VERSION = 1
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
    writing = _CommitWriter(store, scrubber, project, faults)
    try:
        writing.store_all(git.read_commits(repository.common, salt=salt, known=read_tips(store.connection, project)))
    except SourceError:  # a content is missing, or damaged: it must not cost the commits behind it
        writing.store_all(read_partly(repository.common, salt=salt, known=read_tips(store.connection, project)))
    value = json.dumps({"new": writing.new}).encode()
    store.put_derived(KIND, [DerivedValue(key=key, input_hash=stand, value=value)], VERSION)
    return writing.new


class _CommitWriter:
    """Stores commits of one project by hundreds, and names those at which our code fails."""

    def __init__(self, store: Store, scrubber: Scrubber, project: Scrubbed, faults: StepFaults) -> None:
        self.store = store
        self.scrubber = scrubber
        self.project = project
        self.faults = faults
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
            clean = scrub_commits(group, self.scrubber)
            with self.store.begin_writing() as connection:
                self.new += add_commits(connection, self.project, clean)
