"""What became of changes, by the risk that was said of them?"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from twiceshy.records.change_risk import RiskAnswer, RiskBand
from twiceshy.records.figures import RiskiestWork, RiskyChange
from twiceshy.stats.intervals import wilson
from twiceshy.wings.git.predict.risk.risk_sentence import phrase_measure

FEWEST: Final = 40
"""Changes with a risk below which bands hold too few to say anything: four in a tenth (guess, 2026-11-23)."""
_FEWEST_TOLD: Final = 10
"""Changes with a risk of which there is a riskiest tenth, by definition."""
_CUTS: Final = (0.0, 0.1, 0.2, 0.5, 1.0)
"""Shares of the changes, the highest risk first; the top tenth is that of the protocol."""
_NAMES: Final = ("top tenth", "next tenth", "next three tenths", "lower half")


def rank_by_risk(answers: Sequence[RiskAnswer]) -> list[RiskAnswer]:
    """Return the changes that have a risk, the highest first; of equals the larger first."""
    known = [one for one in answers if one.probability is not None]
    return sorted(known, key=lambda one: (-(one.probability or 0.0), -one.added, one.id))


def take_top(ranked: Sequence[RiskAnswer]) -> Sequence[RiskAnswer]:
    """Return the top tenth."""
    return ranked[: round(len(ranked) * _CUTS[1])]


def divide_into_bands(ranked: Sequence[RiskAnswer]) -> tuple[RiskBand, ...]:
    """Return the bands of ranked changes, the highest risk first; none of too few."""
    return tuple(_list_bands(ranked)) if len(ranked) >= FEWEST else ()


def _list_bands(ranked: Sequence[RiskAnswer]) -> Iterator[RiskBand]:
    for name, (first, last) in zip(_NAMES, pairwise(_CUTS), strict=True):
        some = ranked[round(len(ranked) * first) : round(len(ranked) * last)]
        risks = [one.probability or 0.0 for one in some]
        fixed = sum(one.became is not None for one in some)
        rate = wilson(fixed, len(some))
        yield RiskBand(name, min(risks), max(risks), len(some), fixed, rate.low, rate.high)


def sum_up_riskiest(answers: Sequence[RiskAnswer], since: datetime | None, most: int) -> RiskiestWork | None:
    """Return the riskiest tenth of some changes, naming so many of them; None where there are too few for a tenth."""
    ranked = rank_by_risk(answers)
    if len(ranked) < _FEWEST_TOLD:
        return None
    top = take_top(ranked)
    return RiskiestWork(
        model=ranked[0].model,
        since=since,
        changes=len(ranked),
        fixed=sum(one.became is not None for one in ranked),
        top=len(top),
        top_fixed=sum(one.became is not None for one in top),
        riskiest=tuple(
            RiskyChange(
                one.id,
                one.subject,
                phrase_measure(one),
                one.words,
                one.became.describe() if one.became else "nothing yet",
            )
            for one in top[:most]
        ),
    )
