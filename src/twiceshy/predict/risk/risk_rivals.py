"""What do the named baselines say of the changes behind a time, with what was known then?

They are fitted and calibrated as the trees are: fitted on all that was known, their probabilities from the newest part
of it, which a fit of the older part had not seen.
"""

from collections.abc import Sequence
from dataclasses import replace

from twiceshy.predict.risk.risk_baselines import make_baselines
from twiceshy.predict.risk.risk_calibration import fit_steps, read_probability
from twiceshy.predict.risk.risk_judging import JudgedPeriod
from twiceshy.predict.risk.risk_recipe import KnownChanges


def add_rivals(period: JudgedPeriod, names: Sequence[str]) -> JudgedPeriod:
    """Return the period with the scores and probabilities of each baseline that these columns allow."""
    then, older, newest = period.then, period.then.older(), period.then.newest()
    early = make_baselines(names, _list_values(older), older.bad)
    scores: dict[str, Sequence[float]] = {}
    stated: dict[str, Sequence[float]] = {}
    for name, judge in make_baselines(names, _list_values(then), then.bad).items():
        if name in period.scores or name not in early:
            continue
        found = [judge(row.values) for row in period.rows]
        steps = fit_steps([early[name](row.values) for row in newest.rows], newest.bad)
        scores[name] = found
        if steps:
            stated[name] = [read_probability(steps, one) for one in found]
    return replace(period, scores={**period.scores, **scores}, stated={**period.stated, **stated})


def _list_values(known: KnownChanges) -> list[Sequence[float]]:
    return [row.values for row in known.rows]
