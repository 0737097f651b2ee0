"""Measure what advice did, from the archive of what was shown and what the holdout kept back. Reads only."""

from collections.abc import Iterable, Iterator, Sequence

from twiceshy.advice import effect
from twiceshy.advice.effect import EffectSession
from twiceshy.config import Config
from twiceshy.flows.lessons.brief_effects import WORTH
from twiceshy.records.effects import AdviceEffects, SessionEffect
from twiceshy.records.rules import RuleKind
from twiceshy.store.db import Store
from twiceshy.store.reads import advice_cases as reads
from twiceshy.store.reads.advice_cases import SessionRow

_HOLDOUT, _BEFORE = "held-back", "before"


def measure_advice_effects(config: Config) -> AdviceEffects:
    """Return the effects of advice by category, by rule and by whole sessions.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        given = list(reads.read_advice_cases(store.connection))
        sessions = reads.read_sessions(store.connection)
    return AdviceEffects(
        given=len(given),
        unknown=sum(one.bad is None for one in given),
        categories=tuple(effect.estimate_categories(given)),
        rules=(
            *effect.estimate_rules(one for one in given if one.category != RuleKind.TOLD),
            *effect.estimate_rules((one for one in given if one.category == RuleKind.TOLD), worth=WORTH),
        ),
        sessions=tuple(_compare_sessions(sessions)),
    )


def find_retired_rules(store: Store) -> dict[bytes, str]:
    """Return the rules that the evidence speaks against, with the reason: they are not to be shown any more.

    What is not shown gets no new evidence, so it stays so unless its category's other rules change the picture.
    """
    found = effect.estimate_rules(
        one for one in reads.read_advice_cases(store.connection) if one.category != RuleKind.TOLD
    )
    return {bytes.fromhex(one.rule.removeprefix("w-")): one.why for one in found if one.retired}


def _compare_sessions(sessions: Sequence[SessionRow]) -> Iterator[SessionEffect]:
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
