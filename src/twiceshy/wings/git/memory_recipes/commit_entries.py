"""What goes into a project's memory of its commits: the commits, what CI systems said, what was taken back."""

from collections.abc import Iterator

from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import read_ci_results, read_commit_facts
from twiceshy.logs.history.reverted_commits import list_reverts
from twiceshy.records.memory import MemoryRecord
from twiceshy.wings.git.memory.commit_facts import encode_ci_result, encode_commit, encode_revert


def list_commit_records(store: Store, project: str) -> Iterator[MemoryRecord]:
    """Yield the records of types commit, ci and revert of a project, given by its identity.

    A commit whose message was not read whole yet waits for the next reading: a fact is never changed.
    """
    yield from map(encode_commit, read_commit_facts(store.connection, project))
    yield from map(encode_ci_result, read_ci_results(store.connection, project))
    yield from map(encode_revert, list_reverts(store, project))
