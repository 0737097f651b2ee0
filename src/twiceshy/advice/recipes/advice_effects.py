"""Measure what advice did, from the archive of what was shown and what the holdout kept back. Reads only."""

from collections import defaultdict
from collections.abc import Collection

from twiceshy.advice import placebo, trial_effect
from twiceshy.advice.advice_fates import (
    find_false_refusals,
    find_recoveries,
    find_refusals_rated_bad,
    find_repeats,
    resolve_outcome,
)
from twiceshy.advice.recipes.rule_trials import find_fates
from twiceshy.advice.trial_effect import compare_whole_sessions
from twiceshy.archive import rule_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import rules as reads
from twiceshy.archive.reads import stories
from twiceshy.archive.reads.ratings import read_ratings
from twiceshy.archive.stored_attempts import read_session_attempts
from twiceshy.base.config import Config
from twiceshy.insights.remedies.fix_episodes import list_episodes
from twiceshy.judgement.outcomes import effect
from twiceshy.lessons.recipes.learn_from_sessions import WORTH
from twiceshy.records import ids
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
    rates = trial_effect.rate_cases(cases, trial_effect.WARNED) or _read_rates(store)
    return AdviceTrial(outcomes=outcomes, plans=tuple(trial_effect.plan_trial(rates, shares, trial_effect.WARNED)))


def keep_rates(store: Store, found: ReplayResult) -> None:
    """Store how often rules would have warned lately, and how often rightly, to plan a trial with."""
    value = _RATES.encode((found.month_warnings, found.month_right))
    store.put_derived(_KIND, [DerivedValue(b"", b"", value)], VERSION)


def _read_rates(store: Store) -> trial_effect.TrialRates | None:
    """Return the rates of the last replay; None where it warned of nothing."""
    kept = store.get_derived(_KIND, b"")
    warnings, right = (0, 0) if kept is None else _RATES.decode(kept.value)
    return trial_effect.rate_month(warnings, right)


def find_retired_rules(store: Store) -> dict[bytes, str]:
    """Return the rules that the evidence speaks against, with the reason: they are not to be shown any more.

    What is not shown gets no new evidence, so it stays so unless its category's other rules change the picture.
    """
    found = effect.estimate_rules(
        one for one in reads.read_advice_cases(store.connection) if one.category != RuleKind.TOLD
    )
    return {bytes.fromhex(one.rule.removeprefix("w-")): one.why for one in found if one.retired}


# Find the outcomes of calls that advice was given about, or held out from, once the session's log is stored.
#
# Advice after a failure comes when the call has failed already; its outcome is whether the agent got over it soon.


def join_outcomes(store: Store, changed: Collection[bytes]) -> int:
    """Store outcomes of advice; return how many sessions were looked at.

    These are the sessions that changed, and those with an outcome that is not known yet. What a person says of a rule
    that refuses calls is heeded first.
    """
    _heed_ratings(store)
    known = reads.find_sessions_with_advice(store.connection)
    wanted = [session for session, unknown in known.items() if unknown or session in changed]
    if not wanted:
        return 0
    given = defaultdict(list)
    for one in reads.read_advice(store.connection):
        given[one.session].append(one)
    for story in stories.read_stories(store, wanted):
        became = find_fates(store, story)
        tried = _find_recoveries(store, story.session)
        found = [
            (one.uid, fate)
            for one in given[story.session]
            if one.call is not None and (fate := resolve_outcome(one, became.get(one.call), tried)) is not None
        ]
        steps = [moment.step for moment in story.moments]
        repeated = find_repeats(steps, became)
        repeats = [(one.uid, repeated[one.call]) for one in given[story.session] if one.call in repeated]
        with store.begin_writing() as connection:
            writing.set_outcomes(connection, found)
            writing.set_repeats(connection, repeats)
            writing.demote(connection, find_false_refusals(given[story.session], steps, became))
    return len(wanted)


def _heed_ratings(store: Store) -> None:
    """Let rules that refused a call, and of which a person says that they are bad, warn from now on."""
    said = read_ratings(store.connection)
    if any(kind == ids.WARNING for kind, _ in said.said):
        with store.begin_writing() as connection:
            writing.demote(connection, find_refusals_rated_bad(reads.read_advice(connection), said))


def _find_recoveries(store: Store, session: bytes) -> dict[bytes, bool]:
    """Return whether each failed call after which something was tried was got over; none of an unjudged session."""
    attempts = read_session_attempts(store, session)
    return find_recoveries(list_episodes(attempts)) if attempts else {}
