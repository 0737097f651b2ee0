"""How many rows are there of what? Counted while they go by, for whoever describes them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from twiceshy.records.exports import ExportRow, ExportValue

if TYPE_CHECKING:
    from datetime import datetime

_LABELS: Final = frozenset(
    {"completed", "corrected", "rolled_back", "tests_green", "survived", "outcome", "ci_result", "reverted", "success"}
)
"""Columns that tell how work ended."""
_UNSPLIT: Final = "train"
"""The split of rows that have none: readers call a whole set so."""


class RowTally:
    """Counts of rows of one kind."""

    def __init__(self) -> None:
        self.splits = Counter[str]()
        self.agents = Counter[str]()
        self.models = Counter[str]()
        self.languages = Counter[str]()
        self.labels: dict[str, Counter[str]] = {}
        """Rows by label and its value; ``None`` is not known."""
        self.projects = set[str]()
        self.sessions = set[bytes]()
        self.first: datetime | None = None
        self.last: datetime | None = None

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.splits.total()

    def add(self, rows: Iterable[ExportRow]) -> None:
        """Count further rows."""
        for row in rows:
            self.splits[get_split(row)] += 1
            self._add_origin(row)
            self._add_names(row.values)
            for label, value in _list_labels(row.values):
                self.labels.setdefault(label, Counter())[str(value)] += 1

    def _add_origin(self, row: ExportRow) -> None:
        project, session, at, _ = row.origin
        if project:
            self.projects.add(project)
        if session is not None:
            self.sessions.add(session)
        if at is not None:
            self.first = min(self.first or at, at)
            self.last = max(self.last or at, at)

    def _add_names(self, values: Mapping[str, ExportValue]) -> None:
        for names, column in ((self.agents, "agent"), (self.models, "model"), (self.languages, "language")):
            if isinstance(found := values.get(column), str) and found:
                names[found] += 1


def get_split(row: ExportRow) -> str:
    """Return the split in which a row stands."""
    found = row.values.get("split")
    return found if isinstance(found, str) and found else _UNSPLIT


def _list_labels(values: Mapping[str, ExportValue]) -> Iterable[tuple[str, ExportValue]]:
    for name, value in values.items():
        if name in _LABELS:
            yield name, value
    told = values.get("outcomes")
    if isinstance(told, Mapping):
        for name, value in told.items():
            yield name, None if value == "unknown" else value
