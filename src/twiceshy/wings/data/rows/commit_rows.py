"""Commits as rows for other programs.

A row begins with the keys of the first collector's light line, in its order, so that scripts made for it go on
working. Hashes are bytes here, which every form writes as hexadecimal digits.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.authorship import read_links_of_commits
from twiceshy.archive.reads.commits import list_commit_projects, read_authors, read_ci_results, read_commit_facts
from twiceshy.base.values import Scope
from twiceshy.logs.history.reverted_commits import choose_standing, list_reverts
from twiceshy.records.commits import CommitFacts, StoredCiResult, find_worst
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowOrigin, list_columns
from twiceshy.records.ids import SESSION

COLUMNS: Final = list_columns(
    hash=ColumnType.BYTES,
    message=ColumnType.TEXT,
    author=ColumnType.BYTES,
    timestamp=ColumnType.TIME,
    branch=ColumnType.TEXT,
    files_changed=ColumnType.TEXTS,
    insertions=ColumnType.INTEGER,
    deletions=ColumnType.INTEGER,
    hour_of_day=ColumnType.INTEGER,
    day_of_week=ColumnType.TEXT,
    is_merge=ColumnType.BOOLEAN,
    is_initial=ColumnType.BOOLEAN,
    parent_count=ColumnType.INTEGER,
    session_id=ColumnType.TEXT,
    seconds_since_last_commit=ColumnType.REAL,
    ci_result=ColumnType.TEXT,
    reverted=ColumnType.BOOLEAN,
    amended=ColumnType.BOOLEAN,
    amends=ColumnType.BYTES,
    binary=ColumnType.TEXTS,
    patch_id=ColumnType.BYTES,
    tree=ColumnType.BYTES,
    project=ColumnType.TEXT,
)


class _Later(NamedTuple):
    """What became known of a project's commits after they were made."""

    project: str
    authors: Mapping[str, bytes]
    sessions: Mapping[str, bytes]
    """The session to which the evidence is strongest."""
    results: Mapping[str, list[StoredCiResult]]
    reverted: frozenset[str]


def read_commit_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield the commits in scope, project by project, the oldest first."""
    for project in list_commit_projects(store.connection, scope.project):
        later = _read_later(store, project)
        for one in read_commit_facts(store.connection, project):
            since, until = scope.since, scope.until
            if (since is None or one.committed_at >= since) and (until is None or one.committed_at < until):
                origin = RowOrigin(project, later.sessions.get(one.hash), one.committed_at)
                yield ExportRow(one.hash, _list_values(one, later), origin)


def _read_later(store: Store, project: str) -> _Later:
    results = defaultdict[str, list[StoredCiResult]](list)
    for one in read_ci_results(store.connection, project):
        results[one.commit_hash].append(one)
    links = read_links_of_commits(store.connection, project)  # the surest first
    return _Later(
        project=project,
        authors=read_authors(store.connection, project),
        sessions={name: some[0].session for name, some in links.items()},
        results=results,
        reverted=choose_standing(list_reverts(store, project)),
    )


def _list_values(one: CommitFacts, later: _Later) -> dict[str, ExportValue]:
    """Return a commit's columns; what is not known is None."""
    session = later.sessions.get(one.hash)
    values: tuple[ExportValue, ...] = (
        bytes.fromhex(one.hash),
        one.message,
        later.authors.get(one.hash),
        one.timestamp.isoformat(timespec="seconds"),
        one.branch,
        [str(path) for path in one.files_changed],
        one.insertions,
        one.deletions,
        one.hour_of_day,
        one.day_of_week,
        one.is_merge,
        one.is_initial,
        one.parent_count,
        None if session is None else f"{SESSION}-{session.hex()}",
        one.seconds_since_last_commit,
        find_worst(later.results.get(one.hash, [])),
        one.hash in later.reverted,
        True if one.amends else None if one.branch is None else False,
        _to_bytes(one.amends),
        [str(path) for path in one.binary],
        _to_bytes(one.patch_id),
        _to_bytes(one.tree),
        later.project,
    )
    return {column.name: value for column, value in zip(COLUMNS, values, strict=True)}


def _to_bytes(name: str | None) -> bytes | None:
    return None if name is None else bytes.fromhex(name)
