"""Which rows does a call ask for, beyond their project and time?"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from twiceshy.records.exports import ExportRow, ExportValue, RowColumn

if TYPE_CHECKING:
    from datetime import datetime


_OUTCOMES: Final = ("outcome", "outcomes")
_MODELS: Final = ("model", "models_used")
_CONFIDENCES: Final = ("confidence", "outcome_confidence")


class RowFilter(NamedTuple):
    """What a row must have; None: anything."""

    outcome: str | None = None
    """``completed`` or ``completed=yes``: the answer to that question is yes; so with ``no`` and ``unknown``."""
    model: str | None = None
    """Part of the name of its model, in any case."""
    min_confidence: float | None = None
    """Least confidence of its outcome; a row without one is left out."""


def list_unmet(columns: Sequence[RowColumn], wish: RowFilter) -> list[str]:
    """Return the options that say nothing about rows with these columns."""
    names = {column.name for column in columns}
    question = _parse_outcome(wish.outcome)[0] if wish.outcome else ""
    wanted = {
        "--outcome": (wish.outcome, {*_OUTCOMES, question}),
        "--model": (wish.model, {*_MODELS}),
        "--min-confidence": (wish.min_confidence, {*_CONFIDENCES}),
    }
    return [option for option, (value, known) in wanted.items() if value is not None and not names & known]


def fits(row: ExportRow, wish: RowFilter) -> bool:
    """Tell whether a row has what is asked for."""
    return (
        (wish.model is None or _has_model(row.values, wish.model.lower()))
        and (wish.min_confidence is None or _get_confidence(row.values) >= wish.min_confidence)
        and (wish.outcome is None or _has_outcome(row.values, *_parse_outcome(wish.outcome)))
    )


def _parse_outcome(text: str) -> tuple[str, str]:
    """Return the question and the answer that is asked for."""
    question, _, answer = text.partition("=")
    return question.strip(), answer.strip() or "yes"


def _has_outcome(values: Mapping[str, ExportValue], question: str, answer: str) -> bool:
    """Tell whether the answer to a question is this one; what was not judged is unknown."""
    told = values.get("outcomes")
    if isinstance(told, Mapping) and question in told:
        return told[question] == answer
    if question in values:
        return _ANSWERS.get(values[question], values[question]) == answer
    return values.get("outcome") == question if answer == "yes" else answer == "unknown"


_ANSWERS: Final[Mapping[ExportValue, str]] = {True: "yes", False: "no", None: "unknown"}


def _has_model(values: Mapping[str, ExportValue], part: str) -> bool:
    models = values.get("models_used", (values.get("model"),))
    return isinstance(models, Sequence) and any(part in str(one).lower() for one in models if one is not None)


def _get_confidence(values: Mapping[str, ExportValue]) -> float:
    """Return the confidence of a row's outcome; below any where there is none."""
    found = next((values[name] for name in _CONFIDENCES if values.get(name) is not None), None)
    return float(found) if isinstance(found, int | float) else -1.0


# How many rows are there of what? Counted while they go by, for whoever describes them.

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
