"""How likely is a change of documents alone to be fixed later? The number of lines says too much of it.

Trees know the kinds of files themselves. Where size answers, a page of text would count as a page of code; so such
changes are held against each other.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from twiceshy_git.predict.risk.risk_calibration import ScoreStep, fit_steps

_FEWEST: Final = 40
"""Changes of documents below which nothing is said of one (guess, 2026-11-23, as for groups of scores)."""
_CODE: Final = ("nf_code", "languages")
"""Files of code, and languages of code and tests."""
_DOCUMENTS: Final = ("la_docs", "la_generated")


def adds_documents_alone(values: Mapping[str, float]) -> bool:
    """Tell whether all lines that a change adds are in documents or generated files, and it touches no code.

    A change that only deletes lines of a settings file beside is not told apart: 3 to 16 of 1,000 (DPDK, Open vSwitch,
    requests, memos, 2026-11-23).
    """
    added = values.get("la", 0.0)
    return (
        added > 0 and not any(map(values.get, _CODE)) and math.fsum(values.get(one, 0.0) for one in _DOCUMENTS) == added
    )


def fit_document_steps(columns: Sequence[str], rows: Sequence[tuple[Sequence[float], bool]]) -> tuple[ScoreStep, ...]:
    """Return how likely changes of documents with so many lines added are bad; none of too few."""
    known = [
        (values["la"], bad)
        for numbers, bad in rows
        if adds_documents_alone(values := dict(zip(columns, numbers, strict=True)))
    ]
    if len(known) < _FEWEST:
        return ()
    scores, bad = [added for added, _ in known], [is_bad for _, is_bad in known]
    base = sum(bad for _, bad in rows) / len(rows)
    return fit_steps(scores, bad) or (ScoreStep(0.0, (sum(bad) + base) / (len(bad) + 1), sum(bad), len(bad)),)
