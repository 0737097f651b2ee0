"""What goes into a project's memory of its commits: the commits, what CI systems said, what was taken back."""

from collections.abc import Iterator

from twiceshy.flows.history.known_reverts import list_reverts
from twiceshy.memory.commit_facts import encode_ci_result, encode_commit, encode_revert
from twiceshy.records.memory import MemoryRecord
from twiceshy.store.db import Store
from twiceshy.store.reads.commit_facts import read_commit_facts
from twiceshy.store.reads.verdicts import read_ci_results


def list_commit_records(store: Store, project: str) -> Iterator[MemoryRecord]:
    """Yield the records of types commit, ci and revert of a project, given by its identity.

    A commit whose message was not read whole yet waits for the next reading: a fact is never changed.
    """
    yield from map(encode_commit, read_commit_facts(store.connection, project))
    yield from map(encode_ci_result, read_ci_results(store.connection, project))
    yield from map(encode_revert, list_reverts(store, project))
