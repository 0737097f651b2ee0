"""Commits as rows for other programs.

A row begins with the keys of the first collector's light line, in its order, so that scripts made for it go on
working. Hashes are bytes here, which every form writes as hexadecimal digits.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.authorship import read_links_of_commits
from twiceshy.archive.reads.commits import list_commit_projects, read_authors, read_ci_results, read_commit_facts
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.values import Scope
from twiceshy.logs.git_diffs import NAMES_AT_ONCE, CommitDiff, read_diffs
from twiceshy.logs.history.known_repositories import find_known_places
from twiceshy.logs.history.new_commits import make_scrubber
from twiceshy.logs.history.reverted_commits import choose_standing, list_reverts
from twiceshy.records.commits import CommitFacts, StoredCiResult, find_worst
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowColumn, RowOrigin, list_columns
from twiceshy.records.ids import SESSION
from twiceshy_data.dataset.row_texts import count_placeholders
from twiceshy_data.export.commit_patches import MOST_PATCH, cut_patch, summarize_patch

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


# What commits changed, added to their rows: the store has no hunks, git has them where the repository is here.
#
# A heap of commits is one stream of git's. Texts are redacted by today's rules before anything else sees them.

_MOST_FAULTS: Final = 20
"""Times that git may fail on a repository before it is left alone (guess, 2026-11-23: each costs a process; a clone
without contents fails at every commit)."""
_HEAP: Final = 1 << 20
"""Characters that are redacted at once (guess, 2026-11-23)."""
_REDACTIONS: Final = "redactions"


class DiffColumn(NamedTuple):
    """How a row tells what its commit changed."""

    column: RowColumn
    shorten: Callable[[str], str]
    """Makes of git's patch what is redacted."""
    end: Callable[[str], str]
    """Makes of what is redacted what is written."""


PATCH: Final = DiffColumn(
    RowColumn("patch", ColumnType.TEXT),
    partial(cut_patch, most=2 * MOST_PATCH),  # a secret that crosses the limit is seen whole
    cut_patch,
)
SUMMARY: Final = DiffColumn(RowColumn("diff_summary", ColumnType.TEXT), summarize_patch, str)


class CommitDiffs:
    """Adds a column to rows of commits; None where git cannot tell, which is counted."""

    def __init__(self, config: Config, store: Store, wish: DiffColumn) -> None:
        self._wish = wish
        self._scrubber = make_scrubber(config, store)
        self._places = find_known_places(config, store, self._scrubber, Path.cwd())
        self._faults: Counter[Path] = Counter()
        self.missing = 0
        """Commits of which nothing is known."""

    def add(self, rows: Iterable[ExportRow]) -> Iterator[ExportRow]:
        """Yield the rows with the column, in their order."""
        for project, own in groupby(rows, key=lambda row: row.origin.project):
            repo = self._places.get(project)
            while batch := list(islice(own, NAMES_AT_ONCE)):
                yield from self._clean(self._read(repo, batch))

    def _read(self, repo: Path | None, batch: Sequence[ExportRow]) -> Iterator[tuple[ExportRow, str | None]]:
        """Yield each row with what git says of it, or None."""
        rows = deque(batch)
        while repo is not None and rows and self._faults[repo] < _MOST_FAULTS:
            asked = len(rows)
            try:
                yield from self._match(rows, repo)
                break
            except ToolMissing:
                break
            except SourceError:  # contents are not here, or damaged: the commits behind may be whole
                self._faults[repo] += 1
                if len(rows) == asked:
                    yield rows.popleft(), None
        yield from ((row, None) for row in rows)

    def _match(self, rows: deque[ExportRow], repo: Path) -> Iterator[tuple[ExportRow, str | None]]:
        """Yield rows as git tells of them, and take them away from ``rows``."""
        for diff in read_diffs(repo, [row.id for row in rows]):
            while rows[0].id != diff.commit:
                yield rows.popleft(), None
            row = rows.popleft()
            yield row, self._tell(row, diff)

    def _tell(self, row: ExportRow, diff: CommitDiff) -> str | None:
        cut_off = not diff.has_parents and not row.values["is_initial"]
        return None if diff.patch is None or cut_off else self._wish.shorten(diff.patch)

    def _clean(self, found: Iterable[tuple[ExportRow, str | None]]) -> Iterator[ExportRow]:
        """Yield the rows with their texts redacted, heap by heap."""
        heap: list[tuple[ExportRow, str | None]] = []
        size = 0
        for row, text in found:
            heap.append((row, text))
            size += len(text or "")
            if size >= _HEAP:
                yield from self._redact(heap)
                heap, size = [], 0
        yield from self._redact(heap)

    def _redact(self, heap: Sequence[tuple[ExportRow, str | None]]) -> Iterator[ExportRow]:
        clean = iter(self._scrubber.texts([text for _, text in heap if text is not None]))
        for row, text in heap:
            self.missing += text is None
            told = None if text is None else self._wish.end(next(clean))
            yield self._finish(row._replace(values={**row.values, self._wish.column.name: told}))

    def _finish(self, row: ExportRow) -> ExportRow:
        """Return the row with what is redacted in it counted again, where that is a column."""
        if _REDACTIONS not in row.values:
            return row
        return row._replace(values={**row.values, _REDACTIONS: count_placeholders(row)})
