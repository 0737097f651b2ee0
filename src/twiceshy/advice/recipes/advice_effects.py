"""Measure what advice did, from the archive of what was shown and what the holdout kept back. Reads only."""

from twiceshy.advice import placebo, trial_effect, trial_power
from twiceshy.advice.session_effects import compare_whole_sessions
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import advice_cases as reads
from twiceshy.base.config import Config
from twiceshy.judgement.outcomes import effect
from twiceshy.lessons.recipes.brief_effects import WORTH
from twiceshy.records.codec import Codec
from twiceshy.records.rules import ReplayResult, RuleKind
from twiceshy.records.trial_effects import AdviceEffects, AdviceTrial

_KIND = "replayed"
"""Kind of ``derived``: one value, by no key."""
VERSION = 1
_RATES = Codec(tuple[int, int])


def measure_advice_effects(config: Config) -> AdviceEffects:
    """Return the effects of advice by category, by rule and by whole sessions.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        given = list(reads.read_advice_cases(store.connection))
        sessions = reads.read_sessions(store.connection)
        trial = measure_trial(store, config)
    return AdviceEffects(
        given=len(given),
        unknown=sum(one.bad is None for one in given),
        categories=tuple(effect.estimate_categories(given)),
        rules=(
            *effect.estimate_rules(one for one in given if one.category != RuleKind.TOLD),
            *effect.estimate_rules((one for one in given if one.category == RuleKind.TOLD), worth=WORTH),
        ),
        sessions=tuple(compare_whole_sessions(sessions)),
        trial=trial,
    )


def read_trial(config: Config) -> AdviceTrial:
    """Return what the trial of warnings found so far.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        return measure_trial(store, config)


def measure_trial(store: Store, config: Config) -> AdviceTrial:
    """Return what the trial found so far, and how long it takes at the rates that are known."""
    cases = trial_effect.select_cases(reads.read_drawn_cases(store.connection))
    outcomes = trial_effect.estimate_outcomes(cases)
    held, given_placebo = placebo.draw_shares(config.advice_held_back_percent, config.advice_trial)
    shares = {
        trial_effect.WARNED: 1 - held - given_placebo,
        trial_effect.PLACEBO: given_placebo,
        trial_effect.SILENT: held,
    }
    rates = trial_power.rate_cases(cases, trial_effect.WARNED) or _read_rates(store)
    return AdviceTrial(outcomes=outcomes, plans=tuple(trial_power.plan_trial(rates, shares, trial_effect.WARNED)))


def keep_rates(store: Store, found: ReplayResult) -> None:
    """Store how often rules would have warned lately, and how often rightly, to plan a trial with."""
    value = _RATES.encode((found.month_warnings, found.month_right))
    store.put_derived(_KIND, [DerivedValue(b"", b"", value)], VERSION)


def _read_rates(store: Store) -> trial_power.TrialRates | None:
    """Return the rates of the last replay; None where it warned of nothing."""
    kept = store.get_derived(_KIND, b"")
    warnings, right = (0, 0) if kept is None else _RATES.decode(kept.value)
    return trial_power.rate_month(warnings, right)


def find_retired_rules(store: Store) -> dict[bytes, str]:
    """Return the rules that the evidence speaks against, with the reason: they are not to be shown any more.

    What is not shown gets no new evidence, so it stays so unless its category's other rules change the picture.
    """
    found = effect.estimate_rules(
        one for one in reads.read_advice_cases(store.connection) if one.category != RuleKind.TOLD
    )
    return {bytes.fromhex(one.rule.removeprefix("w-")): one.why for one in found if one.retired}
