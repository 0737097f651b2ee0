"""A change with its score, and beside it how likely it is to be fixed later."""

from dataclasses import dataclass

from twiceshy.records.change_risk import RiskAnswer
from twiceshy.records.views import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChange(Judgement):
    """A change of a work tree with two numbers, of which neither is part of the other."""

    risk: RiskAnswer | None = None
    """How likely the change is to be fixed later. None where nobody trained a model here (``train risk``), and for
    files that are judged as they are."""
