"""Read the commits of every project whose folder still exists on this machine into the store.

A repository whose branches have not moved costs one cheap call of git. Commits come parents first and are stored
by hundreds, so an interruption loses nothing: the next run continues after the newest stored ones.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from twiceshy.capture import git
from twiceshy.capture.projects import ProjectFinder, Repository, repository_of
from twiceshy.errors import SourceError
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_commits import scrub_commits
from twiceshy.records.commits import CommitSummary, RawCommit
from twiceshy.store.commit_rows import add_commits
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.reads.commits import read_tips

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
    for repository in repositories.values():
        try:
            new += _read_repository(store, scrubber, repository, finder.find(str(repository.top)).identity)
        except SourceError as error:
            failed.append((scrubber.text(str(repository.top)), scrubber.text(str(error))))
    return CommitSummary(projects=len(repositories), commits=new, failed=tuple(failed))


def _read_repository(store: Store, scrubber: Scrubber, repository: Repository, identity: str) -> int:
    """Store the new commits of one repository; return how many there were."""
    salt = store.salt
    key = blake2b(str(repository.common).encode("utf-8", "replace"), key=salt, digest_size=16).digest()
    stand = blake2b("\n".join([identity, *sorted(git.list_tips(repository.common))]).encode(), digest_size=16).digest()
    if not store.find_stale(KIND, {key: stand}, VERSION):
        return 0
    project = scrubber.text(identity)
    new = 0
    found = git.read_commits(repository.common, salt=salt, known=read_tips(store.connection, project))
    for batch in _split_batches(found):
        with store.begin_writing() as connection:
            new += add_commits(connection, project, scrub_commits(batch, scrubber))
    value = json.dumps({"new": new}).encode()
    store.put_derived(KIND, [DerivedValue(key=key, input_hash=stand, value=value)], VERSION)
    return new


def _split_batches(commits: Iterator[RawCommit]) -> Iterator[list[RawCommit]]:
    while batch := list(islice(commits, AT_ONCE)):
        yield batch
