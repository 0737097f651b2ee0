"""What is told of a change: what the model says of it, why, and what is known to have become of it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Final

from twiceshy.records.change_risk import ChangeRow, LentShare, RiskAnswer, RiskReason, RiskTable
from twiceshy_git.predict.risk.lent_risk import list_histories
from twiceshy_git.predict.risk.risk_model import RiskModel, RiskSaid
from twiceshy_git.predict.risk.risk_words import choose_reasons, measure_usual, phrase_risk

GENERAL_NAME: Final = "risk-general"
_FEWEST_COMPARED: Final = 20
"""Changes of a repository from which on one is said to be larger than most (guess, 2026-11-23)."""
_OF_MESSAGE: Final = frozenset({"fix"})
"""Columns of the message that are of another tier than text."""
_TEXT_TIER: Final = 6
"""By definition of the columns."""
_OF_AUTHOR: Final = frozenset({"exp", "rexp", "sexp", "author_days_away"})


class RiskAnswers:
    """Answers of one model on one table."""

    def __init__(self, table: RiskTable, model: RiskModel, too_little: str = "") -> None:
        """Take the table, the model on its columns, and what is missing where no model may say a probability."""
        self.table = table
        self.model = model
        self.too_little = too_little
        self._places = {column.name: place for place, column in enumerate(table.columns)}
        self._usual = cache(self._measure_usual)
        self._became = {label.commit: label for label in reversed(table.labels)}
        """Of each bad change what first said so."""

    @property
    def learned_until(self) -> float:
        """When the newest change was made that the model learned from; 0 where it was none of this repository."""
        last = "" if self.too_little or self.model.name == GENERAL_NAME else str(self.model.card.get("last_at", ""))
        return datetime.fromisoformat(last).timestamp() if last else 0.0

    def answer(self, row: ChangeRow) -> RiskAnswer:
        """Return what is told of a change that is in the table, or would be its next."""
        return self._make(row, self.model.answer(row))

    def answer_unwritten(self, row: ChangeRow, *, author_known: bool) -> RiskAnswer:
        """Return what is told of a change that is not committed: there is no message yet.

        Trees that never met a change without a message take the usual one for it; nothing is said for a reason that is
        not known.
        """
        unknown = {one.name for one in self.table.columns if one.tier == _TEXT_TIER} | _OF_MESSAGE
        unknown |= set() if author_known else _OF_AUTHOR
        values = [
            self._usual(column.name) if column.name in unknown else value
            for column, value in zip(self.table.columns, row.values, strict=True)
        ]
        said = self.model.answer(row._replace(values=values))
        kept = {name: push for name, push in said.pushes.items() if name not in unknown}
        return self._make(row, said._replace(pushes=kept))

    def _make(self, row: ChangeRow, said: RiskSaid) -> RiskAnswer:
        known = said.probability is not None
        lent = LentShare(len(list_histories(self.model)), *said.spread) if known and said.spread else None
        answer = RiskAnswer(
            id=row.id,
            subject=row.subject,
            probability=said.probability,
            base=None if lent else self.model.base,
            like=said.like if known else None,
            model=self.model.kind,
            added=row.added,
            removed=row.removed,
            larger_than=said.larger_than if len(self.table.rows) >= _FEWEST_COMPARED else None,
            documents=said.documents,
            reasons=self._choose_reasons(row, said),
            too_little="" if known else self.too_little,
            lent=lent,
            became=self._became.get(row.id),
        )
        return replace(answer, words=phrase_risk(answer))

    def _choose_reasons(self, row: ChangeRow, said: RiskSaid) -> tuple[RiskReason, ...]:
        """Return why the risk is above that of any change; there is no reason for one that is not."""
        if said.probability is None or said.probability <= (self.model.base or 0.0):
            return ()
        return choose_reasons(row, self.table.columns, said.pushes, self._usual)

    def _measure_usual(self, name: str) -> float:
        place = self._places.get(name)
        if place is None:
            return math.nan
        return self.table.middles[place] if self.table.middles else measure_usual(self.table.rows, place)


# Which of several changes should be read first, where reading costs time?
#
# Readers pay by the line: a large change is often at risk and always long, so that ten small ones with half its risk
# may have more faults to find in the same time.

_SHORTEST: Final = 10
"""Lines that any change costs to read: opening it, its message, what stands around it (guess, 2026-11-23)."""


def order_by_line(answers: Sequence[RiskAnswer]) -> list[RiskAnswer]:
    """Return the changes by risk for each line to read, the highest first; those without a risk last, small ones first.

    Of equals the earlier one stays first.
    """
    return sorted(answers, key=_weigh)


def _weigh(answer: RiskAnswer) -> tuple[bool, float]:
    lines = answer.added + answer.removed
    if answer.probability is None:
        return True, max(_SHORTEST, lines)
    return False, -rate_by_line(answer.probability, lines)


def rate_by_line(probability: float, lines: int) -> float:
    """Return what reading a change finds for each line: the higher, the earlier it should be read."""
    return probability / max(_SHORTEST, lines)
