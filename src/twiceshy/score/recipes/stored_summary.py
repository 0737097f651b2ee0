"""Store the summary of past edits, one value for everything, and read it."""

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.score.score_summary import SUMMARY, ScoreSummary

KIND = "score-summary"
VERSION = 4
EVERYTHING = b"all"


def read_summary(store: Store) -> ScoreSummary | None:
    """Return the stored summary; None if nothing was scored."""
    value = store.get_derived(KIND, EVERYTHING)
    return None if value is None else SUMMARY.decode(value.value)


def to_derived(mark: bytes, summary: ScoreSummary) -> DerivedValue:
    """Return the summary as the value to store; ``mark`` identifies what it was made from."""
    return DerivedValue(EVERYTHING, mark, SUMMARY.encode(summary))
