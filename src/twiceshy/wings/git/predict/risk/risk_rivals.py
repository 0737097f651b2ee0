"""What do the named baselines say of the changes behind a time, with what was known then?

They are fitted and calibrated as the trees are: fitted on all that was known, their probabilities from the newest part
of it, which a fit of the older part had not seen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from twiceshy.records.change_risk import ChangeRow
from twiceshy.wings.git.predict.risk.risk_baselines import can_be_fitted, find_fourteen, make_baselines, scale_columns
from twiceshy.wings.git.predict.risk.risk_calibration import fit_steps, read_probability
from twiceshy.wings.git.predict.risk.risk_judging import JudgedPeriod
from twiceshy.wings.git.predict.risk.risk_recipe import KnownChanges
from twiceshy.wings.git.predict.risk.token_regression import TokenChange, TokenRegression

WORDS: Final = "words of the patch"
MOST_LEARNED: Final = 20_000
"""Newest changes whose words are learned from: ten seconds (guess, 2026-11-23)."""
Tokens = Mapping[str, Sequence[int]]
"""Buckets of the words of each change, rising, by its commit's hash."""
Rival = Callable[[Sequence[ChangeRow]], list[float]]
"""What gives changes their risks; only the order counts."""


def add_rivals(period: JudgedPeriod, names: Sequence[str], tokens: Tokens) -> JudgedPeriod:
    """Return the period with the scores and probabilities of each baseline that these columns allow.

    Without ``tokens`` words are left out.
    """
    early = _fit(period.then.older(), names, tokens)
    newest = period.then.newest()
    scores, stated = dict(period.scores), dict(period.stated)
    for name, rival in _fit(period.then, names, tokens).items():
        if name in scores or name not in early:
            continue
        scores[name] = rival(period.rows)
        steps = fit_steps(early[name](newest.rows), newest.bad)
        if steps:
            stated[name] = [read_probability(steps, one) for one in scores[name]]
    return replace(period, scores=scores, stated=stated)


def _fit(known: KnownChanges, names: Sequence[str], tokens: Tokens) -> Mapping[str, Rival]:
    rows = [row.values for row in known.rows]
    found: dict[str, Rival] = {
        name: partial(_apply, judge) for name, judge in make_baselines(names, rows, known.bad).items()
    }
    if tokens and can_be_fitted(known.bad):
        found[WORDS] = fit_words(known, names, tokens)
    return found


def _apply(judge: Callable[[Sequence[float]], float], rows: Sequence[ChangeRow]) -> list[float]:
    return [judge(row.values) for row in rows]


def fit_words(known: KnownChanges, names: Sequence[str], tokens: Tokens) -> Rival:
    """Return a regression on words and on Kamei's fourteen; a change without words has its numbers."""
    rows, bad = known.rows[-MOST_LEARNED:], known.bad[-MOST_LEARNED:]
    scale = scale_columns(find_fourteen(names), [row.values for row in rows])

    def describe(changes: Sequence[ChangeRow]) -> Iterator[TokenChange]:
        return (TokenChange(tokens.get(row.id, ()), scale(row.values)) for row in changes)

    buckets = 1 + max((one[-1] for one in tokens.values() if one), default=0)
    regression = TokenRegression(buckets, list(describe(rows)), bad)
    return lambda changes: regression.score(list(describe(changes)))
