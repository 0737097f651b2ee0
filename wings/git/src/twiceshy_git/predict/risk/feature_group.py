"""What a group of columns is: it describes a change by what came before it, then learns it."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn

UNKNOWN = float("nan")


class FeatureGroup(Protocol):
    """One group of columns, with all that it remembers of the changes so far."""

    columns: ClassVar[tuple[RiskColumn, ...]]

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return the group's numbers for a change that is not learned yet; NaN for what is not known."""

    def learn(self, story: ChangeStory) -> None:
        """Remember a change; it is described before."""

    def learn_label(self, label: FixLabel) -> None:
        """Remember that an earlier change is known to be bad by now."""
