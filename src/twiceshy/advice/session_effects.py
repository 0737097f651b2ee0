"""What advice did to whole sessions: against the holdout, and against the time before advice began."""

from collections.abc import Iterable, Iterator, Sequence

from twiceshy.judgement.outcomes import effect
from twiceshy.judgement.outcomes.effect import EffectSession
from twiceshy.records.effects import SessionEffect, SessionRow

_HOLDOUT, _BEFORE = "held-back", "before"


def compare_whole_sessions(sessions: Sequence[SessionRow]) -> Iterator[SessionEffect]:
    """Yield the effect on each outcome of whole sessions, in up to two comparisons.

    Sessions with advice are compared with the holdout, where there are both. Sessions since advice began are
    compared with earlier ones of the same project, where there are any.
    """
    drawn = [(one, one.drawn) for one in sessions if one.drawn is not None]
    if any(treated for _, treated in drawn) and not all(treated for _, treated in drawn):
        yield from _compare_outcomes(_HOLDOUT, drawn)
    began: dict[str, float] = {}
    for one in sessions:
        if one.advised:
            began[one.project] = min(began.get(one.project, one.at), one.at)
    since = [(one, one.at >= began[one.project]) for one in sessions if one.project in began]
    if any(not treated for _, treated in since):
        yield from _compare_outcomes(_BEFORE, since)


def _compare_outcomes(how: str, rows: Iterable[tuple[SessionRow, bool]]) -> Iterator[SessionEffect]:
    """Yield the effects on the four outcomes; a session whose outcome is unknown counts on neither side."""
    known = list(rows)
    yield effect.compare_sessions(
        "first-pass",
        how,
        [EffectSession(one.project, so, one.first_pass, one.tasks) for one, so in known if one.first_pass is not None],
    )
    yield effect.compare_sessions(
        "corrected",
        how,
        [EffectSession(one.project, so, one.corrected, 1) for one, so in known if one.corrected is not None],
    )
    yield effect.compare_sessions(
        "regeneration-cycles", how, [EffectSession(one.project, so, one.cycles, one.tasks) for one, so in known]
    )
    yield effect.compare_sessions(
        "engagement",
        how,
        [EffectSession(one.project, so, one.engagement, 1) for one, so in known if one.engagement is not None],
    )
