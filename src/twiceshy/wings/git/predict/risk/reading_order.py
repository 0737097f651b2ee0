"""Which of several changes should be read first, where reading costs time?

Readers pay by the line: a large change is often at risk and always long, so that ten small ones with half its risk may
have more faults to find in the same time.
"""

from collections.abc import Sequence
from typing import Final

from twiceshy.records.change_risk import RiskAnswer

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
