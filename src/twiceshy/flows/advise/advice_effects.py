"""Measure what advice did, from the archive of what was shown and what the holdout kept back. Reads only."""

from twiceshy.advice import effect
from twiceshy.advice.session_effects import compare_whole_sessions
from twiceshy.config import Config
from twiceshy.flows.lessons.brief_effects import WORTH
from twiceshy.records.effects import AdviceEffects
from twiceshy.records.rules import RuleKind
from twiceshy.store.db import Store
from twiceshy.store.reads import advice_cases as reads


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
        sessions=tuple(compare_whole_sessions(sessions)),
    )


def find_retired_rules(store: Store) -> dict[bytes, str]:
    """Return the rules that the evidence speaks against, with the reason: they are not to be shown any more.

    What is not shown gets no new evidence, so it stays so unless its category's other rules change the picture.
    """
    found = effect.estimate_rules(
        one for one in reads.read_advice_cases(store.connection) if one.category != RuleKind.TOLD
    )
    return {bytes.fromhex(one.rule.removeprefix("w-")): one.why for one in found if one.retired}
