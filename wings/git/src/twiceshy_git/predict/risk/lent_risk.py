"""May the model of public histories answer in a repository whose own past says too little?

It may where nothing was trained here and too few changes were found out to tell even what became of like sizes; where
there are some changes to compare with, and nothing about the history makes its columns mean something else. What it
says are shares of other repositories: they are told as such.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from twiceshy.records.change_risk import ChangeRow, RiskTable
from twiceshy_git.predict.risk.risk_model import GENERAL, RiskModel

FEWEST_LENT: Final = 20
"""Changes of a repository below which nothing is told of its next (guess, 2026-11-23)."""
FIRST_DIGITS: Final = 12
"""Of the hash of a history's first change, by which it is known again: one in 2^48 is another's (guess, 2026-11-23)."""


def choose_untrained(model: RiskModel, own: RiskModel, table: RiskTable) -> RiskModel:
    """Return what answers where nothing was trained: one's own sizes, else lent trees, else what says no probability.

    ``own`` is what this repository's changes tell without trees.
    """
    if own.size_steps:
        return replace(own, card=own.card | {"why_not_used": "nothing was trained here: `twiceshy train risk`"})
    if not may_lend(model, table):
        return own
    return replace(model, sizes=own.sizes, card=model.card | {"why_lent": own.card.get("why_not_used", "")})


def may_lend(general: RiskModel, table: RiskTable) -> bool:
    """Tell whether lent trees may answer on this table, as far as its history goes."""
    return (
        general.kind == GENERAL
        and len(table.rows) >= FEWEST_LENT
        and not table.doubts
        and not has_learned_from(general, table.rows)
    )


def has_learned_from(general: RiskModel, rows: Sequence[ChangeRow]) -> bool:
    """Tell whether a model of public histories learned from this very one: then nothing it says here is a forecast."""
    firsts = {one["first"] for one in list_histories(general)}
    return bool(rows) and rows[0].id[:FIRST_DIGITS] in firsts


def list_histories(model: RiskModel) -> Sequence[dict[str, Any]]:
    """Return the public histories that a model learned from, as its card has them."""
    found = model.card.get("histories")
    return found if isinstance(found, list) else ()
