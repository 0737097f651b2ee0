"""What commits changed, added to their rows: the store has no hunks, git has them where the repository is here.

A heap of commits is one stream of git's. Texts are redacted by today's rules before anything else sees them.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.logs.git_diffs import NAMES_AT_ONCE, CommitDiff, read_diffs
from twiceshy.logs.history.known_repositories import find_known_places
from twiceshy.logs.history.new_commits import make_scrubber
from twiceshy.records.exports import ColumnType, ExportRow, RowColumn
from twiceshy.wings.data.dataset.row_texts import count_placeholders
from twiceshy.wings.data.export.commit_patches import MOST_PATCH, cut_patch, summarize_patch

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
