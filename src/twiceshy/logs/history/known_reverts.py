"""Which commits of a project were taken back, by all that is known?"""

from collections.abc import Iterator

from twiceshy.archive.db import Store
from twiceshy.archive.reads.commit_facts import read_looks
from twiceshy.archive.reads.verdicts import read_told_reverts, read_undone_commits
from twiceshy.logs.history.reverted_commits import find_reverts
from twiceshy.records.commit_verdicts import Revert


def list_reverts(store: Store, project: str) -> list[Revert]:
    """Return the reverts of a project, given by its identity, with their surest evidence; by time."""
    looks = read_looks(store.connection, project)
    times = {one.hash: one.committed_at for one in looks}

    def by_lines() -> Iterator[Revert]:
        for name, by in read_undone_commits(store, project):
            if by in times:
                yield Revert(commit_hash=name, by=by, at=times[by], evidence="lines")

    return find_reverts(looks, (*read_told_reverts(store.connection, project), *by_lines()))
