"""Train a repository's own risk model, and let trees answer only where they beat the number of lines added.

The figures are of the same recipe at earlier times, on changes that it had not seen; the model in use is that of today.
"""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from twiceshy.records.change_risk import RiskEvaluation, RiskTable
from twiceshy.stats.intervals import Interval
from twiceshy_git.predict.risk.document_changes import fit_document_steps
from twiceshy_git.predict.risk.lent_risk import has_learned_from
from twiceshy_git.predict.risk.risk_calibration import fit_steps
from twiceshy_git.predict.risk.risk_growing import RiskGrower
from twiceshy_git.predict.risk.risk_judging import (
    GENERAL_TREES,
    OURS,
    find_lead,
    judge_general,
    judge_risk,
    score_changes,
)
from twiceshy_git.predict.risk.risk_model import GENERAL, OWN, SIZE, RiskModel, match_columns
from twiceshy_git.predict.risk.risk_recipe import (
    FEWEST_BAD,
    FEWEST_CHANGES,
    KnownChanges,
    fit_size,
    fit_trees,
    look_back,
)


def train_risk(table: RiskTable, general: RiskModel | None, now: float, *, grower: RiskGrower | None) -> RiskModel:
    """Return the model of these changes as of ``now`` (seconds since 1970), with its card.

    ``grower`` is None where LightGBM is missing; then size answers, or general trees that beat it here. With too few
    changes no probability is said. The same changes give the same model.
    """
    known = look_back(table, now)
    card = _describe_data(table, known, now)
    model = RiskModel(
        name="",
        kind=SIZE,
        columns=tuple(one.name for one in table.columns),
        sizes=_measure_sizes([row.added for row in table.rows]),
        base=sum(known.bad) / len(known.bad) if known.bad else None,
        card=card,
    )
    if not known.is_enough():
        card["why_not_used"] = tell_too_few(known)
        return model
    numbers = [(row.values, bad) for row, bad in zip(known.rows, known.bad, strict=True)]
    model = replace(model, size_steps=fit_size(known), document_steps=fit_document_steps(model.columns, numbers))
    if grower is None:
        card["why_not_used"] = "own trees need LightGBM: pip install './wings/git[train]' in the checkout"
    else:
        judged = judge_risk(table, known, grower)
        card |= _describe_figures(judged)
        lead = find_lead(judged, OURS)
        fitted = fit_trees(known, grower) if lead is not None and lead.low > 0 else None
        if fitted is not None and fitted.steps:
            return replace(model, kind=OWN, trees=fitted.trees, steps=fitted.steps)
        card["why_not_used"] = _tell_no_lead(lead, judged)
    if general is None or has_learned_from(general, table.rows):
        return model
    return _choose_general(model, known, match_columns(general, table.columns))


def _choose_general(model: RiskModel, known: KnownChanges, general: RiskModel) -> RiskModel:
    """Return the model with the general trees, fitted to this repository, where they beat lines added here."""
    judged = judge_general(known, general)
    lead = find_lead(judged, GENERAL_TREES)
    model.card["figures"] = model.card.get("figures", {}) | _describe_figures(judged)["figures"]
    if lead is None or lead.low <= 0:
        return model
    newest = known.newest()
    steps = fit_steps(score_changes(general, newest.rows), newest.bad)
    return replace(model, kind=GENERAL, trees=general.trees, steps=steps) if steps else model


def _tell_no_lead(lead: Interval | None, judged: RiskEvaluation) -> str:
    if lead is None:
        return "too few changes are old enough to judge a model of an earlier time by"
    return (
        f"not surely better than the number of lines added: AUC {lead.estimate:+.3f} "
        f"({lead.low:+.3f} to {lead.high:+.3f}) on {judged.changes} changes it had not seen"
    )


def tell_too_few(known: KnownChanges) -> str:
    """Return what is missing to learn from a repository's own changes."""
    return (
        f"{len(known.rows)} changes are old enough to be found out, {sum(known.bad)} of them were fixed later; "
        f"{FEWEST_CHANGES} and {FEWEST_BAD} are needed"
    )


def _describe_data(table: RiskTable, known: KnownChanges, now: float) -> dict[str, Any]:
    words = "".join(f"{row.id}{row.values!r}" for row in known.rows) + "".join(map(repr, table.labels))
    return {
        "seed": 1,
        "data_hash": hashlib.sha256(words.encode()).hexdigest()[:16],
        "changes": len(table.rows),
        "learned": len(known.rows),
        "bad": sum(known.bad),
        "found_within_days": round(known.wait / 86_400, 1),
        "labels": dict(sorted(Counter(label.source for label in table.labels).items())),
        "first_at": _format_time(table.rows[0].at) if table.rows else "",
        "last_at": _format_time(known.rows[-1].at) if known.rows else "",
        "trained_at": _format_time(now),
        "protocol": "models of earlier times, with the labels of then, on the changes behind them; the model in use is"
        " grown by the same recipe on all that is known",
        "not_when": "the first changes after a large move; a kind of change that this repository never had",
    }


def _describe_figures(judged: RiskEvaluation) -> dict[str, Any]:
    return {
        "judged": judged.changes,
        "judged_bad": judged.bad,
        "periods": judged.periods,
        "figures": {
            one.name: {"auc": one.auc, "ece": one.ece, "brier_skill": one.brier_skill, "lead": one.lead}
            for one in judged.scores
        },
    }


def _measure_sizes(added: list[int]) -> tuple[int, ...]:
    ordered = sorted(added)
    return tuple(ordered[len(ordered) * place // 100] for place in range(100)) if ordered else ()


def _format_time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
