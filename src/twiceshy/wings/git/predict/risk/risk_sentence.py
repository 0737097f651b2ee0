"""One sentence that says how likely a change is to be fixed later, and why.

A probability is said only where a model speaks. Where none is better than the number of lines added, the change is
large or small and no more is claimed; where too little is known, that is said.
"""

from typing import Final

from twiceshy.records.change_risk import LentShare, RiskAnswer
from twiceshy.stats.intervals import wilson

_LARGE: Final = 0.9
"""Share of a repository's changes that a large change exceeds: the top tenth (guess, 2026-11-23, as in the figures)."""
_HALF: Final = 0.5
"""Share that a small change does not reach: the middle, by definition."""
_SMALL: Final = 0.05
"""Share below which a digit more is told (guess, 2026-11-23)."""
SIZE: Final = "size"


def phrase_risk(answer: RiskAnswer) -> str:
    """Return the sentence, without a full stop."""
    if answer.too_little:
        return f"{_phrase_size(answer)}; no risk can be told: {answer.too_little}"
    if answer.model == SIZE or answer.probability is None:
        return _phrase_size_alone(answer)
    if answer.lent is not None:
        return _add_reasons(_phrase_lent(answer.probability, answer.lent), answer)
    known = [f"base {answer.base:.2f}"] if answer.base is not None else []
    if answer.like is not None:
        known.append(f"{answer.like[0]:,} of {answer.like[1]:,} like changes were fixed later")
    head = f"risk {answer.probability:.2f}" + (f" ({'; '.join(known)})" if known else "")
    return _add_reasons(head, answer)


def _phrase_lent(probability: float, lent: LentShare) -> str:
    """Return what other histories tell; their shares differ, so the range of them stands beside the risk."""
    return (
        f"risk {probability:.2f} by a model of {lent.histories} public histories ({100 * lent.low:.0f} to"
        f" {100 * lent.high:.0f} % of like changes there were fixed later)"
    )


def _add_reasons(head: str, answer: RiskAnswer) -> str:
    why = "; ".join(one.words for one in answer.reasons)
    return f"{head}: {why}" if why else head


def _phrase_size_alone(answer: RiskAnswer) -> str:
    """Return what the size alone tells, with what became of changes of like size."""
    if answer.documents:
        return _phrase_documents(answer)
    share = answer.larger_than
    name = "change" if share is None else "large change" if share >= _LARGE else _name_smaller(share)
    said = f"{name}: {_phrase_size(answer)}"
    if answer.like is None or not answer.like[1]:
        return said
    return f"{said}; of {answer.like[1]:,} of like size {_phrase_share(*answer.like)} were fixed later"


def _phrase_documents(answer: RiskAnswer) -> str:
    """Return what became of changes of documents: that they are long says little of them."""
    said = f"documents alone: {answer.added:,} {'line' if answer.added == 1 else 'lines'} added"
    if answer.like is None:
        return f"{said}; too few such changes are known to tell how many are fixed later"
    return f"{said}; of {answer.like[1]:,} such changes of like size {_phrase_share(*answer.like)} were fixed later"


def _phrase_share(hits: int, of: int) -> str:
    """Return a share with its interval, in percent.

    >>> _phrase_share(50, 180), _phrase_share(1, 300)
    ('28 % (22-35)', '0.3 % (0.1-1.9)')
    """
    rate = wilson(hits, of)
    digits = 0 if rate.estimate >= _SMALL else 1
    return f"{100 * rate.estimate:.{digits}f} % ({100 * rate.low:.{digits}f}-{100 * rate.high:.{digits}f})"


def _name_smaller(share: float) -> str:
    return "small change" if share < _HALF else "change over the usual size"


def _phrase_size(answer: RiskAnswer) -> str:
    lines = f"{answer.added:,} {'line' if answer.added == 1 else 'lines'} added"
    if answer.larger_than is None or round(100 * answer.larger_than) == 0:
        return lines
    return f"{lines}, more than in {min(99, round(100 * answer.larger_than))} % of this repository's changes"


def phrase_measure(answer: RiskAnswer) -> str:
    """Return the risk in short, or the size where that alone answers."""
    if answer.model == SIZE or answer.probability is None:
        return f"{answer.added:,} lines"
    return f"risk {answer.probability:.2f}"
