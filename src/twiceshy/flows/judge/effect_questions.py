"""Compare what was done with its outcomes, from the observations that judging stores. Reads only."""

import json
from collections.abc import Sequence
from dataclasses import replace

from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows.judge.work_figures import COSTLY, EVERYTHING
from twiceshy.outcomes import correlate, tallies
from twiceshy.outcomes.effect_sentences import render_effect
from twiceshy.records import ids
from twiceshy.records.effects import EditFate, Effect, Effects, EffectScope, OutcomeHistory
from twiceshy.records.observations import Observation
from twiceshy.records.values import Scope
from twiceshy.records.views import FileHistory
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.observations import KIND as OBSERVATIONS
from twiceshy.store.observations import read_observations
from twiceshy.store.reads import judgements as reads
from twiceshy.store.reads.files import find_file_history

_GOOD = frozenset({"completed", "first-pass", "tests-green", "survived"})
"""Outcomes that are wanted; all others are not."""
VERSION = 1
_OTHER_KINDS = frozenset({ids.SESSION, ids.ERROR, ids.RUN})
"""Kinds of ids that `twiceshy show` knows."""
_MOST_COSTLY = 20
_LEAST_SESSIONS = 3
"""Sessions in which an approach was taken to a file before its success there is told, but for a poor one (guess)."""


def measure_effects(config: Config, scope: Scope) -> Effects:
    """Return every effect that was tested in scope, and the table of workflow compliance.

    Raises:
        NotFound: nothing was ever stored.
    """
    seen = load_observations(config, scope)
    found = correlate.find_effects(seen)
    return Effects(
        sessions=len({one.session for one in seen}),
        observations=sum(one.n for one in seen),
        found=found,
        tested=sum(one.refusal is None for one in found),
        refused=sum(one.refusal is not None for one in found),
        compliance=tallies.tally_compliance(seen),
        unknown=tallies.tally_outcomes(seen, lambda _: "all"),
    )


def load_observations(config: Config, scope: Scope) -> list[Observation]:
    """Return the observations of all judged sessions in scope."""
    with Store.open(config.home, readonly=True) as store:
        return list(read_observations(store, scope))


def find_history(config: Config, name: str, scope: Scope) -> OutcomeHistory:
    """Return the outcomes of the edits of a file, or of one behaviour.

    Raises:
        NotFound: there is no such behaviour among what was observed, and no such file or several.
    """
    seen = load_observations(config, scope)
    if any(name in one.did for one in seen):
        return _history_of_approach(name, seen)
    start = ids.parse_prefix(name)
    if start is not None and start.kind in _OTHER_KINDS:
        raise NotFound(f"{name!r} is neither a file nor an approach; `twiceshy show {name}` knows it.")
    try:
        with Store.open(config.home, readonly=True) as store:
            found = find_file_history(store.connection, name, scope)
    except NotFound as exc:
        slugs = ", ".join(sorted({slug for one in seen for slug in one.did})) or "none yet; see `twiceshy judge`"
        raise NotFound(f"{exc} As an approach it is not known either; known are: {slugs}.") from exc
    return _history_of_file(found, seen)


def _history_of_approach(slug: str, seen: Sequence[Observation]) -> OutcomeHistory:
    """Return where the behaviour occurred, by project and by file."""
    mine = [_keep_only(one, slug) for one in seen if one.did.get(slug)]
    by_project = tallies.tally_approaches(mine, place=lambda _: None)
    by_file = [one for one in tallies.tally_approaches(mine) if one.path is not None]
    return OutcomeHistory(
        name=slug,
        project="",
        edits=sum(one.n for one in mine if one.unit == "edit"),
        sessions=len({one.session for one in mine}),
        approaches=by_project + by_file,
    )


def _keep_only(one: Observation, slug: str) -> Observation:
    """Return the observation with this behaviour alone."""
    return Observation(
        unit=one.unit,
        session=one.session,
        project=one.project,
        agent=one.agent,
        model=one.model,
        at=one.at,
        path=one.path,
        did={slug: True},
        became=one.became,
        size=one.size,
        n=one.n,
        proof=one.proof,
    )


def _history_of_file(found: FileHistory, seen: Sequence[Observation]) -> OutcomeHistory:
    """Return the file's edits with their habits and outcomes, how each habit fared there, and effects found there."""
    mine = [one for one in seen if one.path == found.path and one.project == found.project]
    alike: dict[tuple[object, ...], EditFate] = {}
    for one in mine:
        fate = EditFate(
            session=ids.shorten(ids.SESSION, one.session),
            at=one.at,
            edits=one.n,
            habits=tuple(sorted(slug for slug, done in one.did.items() if done)),
            ends=tuple(sorted(slug for slug, so in one.became.items() if so)),
            success=tallies.is_success(one),
        )
        key = (one.session, fate.habits, fate.ends, fate.success)
        alike[key] = replace(fate, edits=fate.edits + alike[key].edits) if key in alike else fate
    fates = list(alike.values())
    fates.sort(key=lambda fate: (fate.at.timestamp() if fate.at else 0.0, fate.session), reverse=True)
    return OutcomeHistory(
        name=found.path,
        project=found.project,
        edits=found.total,
        sessions=len({one.session for one in mine}),
        fates=fates,
        approaches=[one for one in tallies.tally_approaches(mine) if one.poor or one.sessions >= _LEAST_SESSIONS],
        effects=[one for one in correlate.find_effects(mine) if one.refusal is None and one.scope is EffectScope.ALL],
    )


def store_costly_habits(store: Store) -> None:
    """Store the habits that significantly go with worse outcomes, over all sessions.

    The report shows them and has no time to compute them.
    """
    everything = {EVERYTHING: reads.hash_kind(store.connection, OBSERVATIONS)}
    if store.find_stale(COSTLY, everything, VERSION):
        found = [one for one in correlate.find_effects(list(read_observations(store, Scope()))) if one.refusal is None]
        costly = sorted((one for one in found if _is_costly(one)), key=_excess_of, reverse=True)
        rows = [[one.exposure, render_effect(one), one.q] for one in costly[:_MOST_COSTLY]]
        store.put_derived(
            COSTLY, [DerivedValue(EVERYTHING, everything[EVERYTHING], json.dumps(rows).encode())], VERSION
        )


def _is_costly(effect: Effect) -> bool:
    """Tell whether the habit significantly goes with worse outcomes."""
    if effect.ratio is None or effect.q > correlate.SURE:
        return False
    return effect.ratio.high < 1 if effect.outcome in _GOOD else effect.ratio.low > 1


def _excess_of(effect: Effect) -> float:
    """Return the bad outcomes of those with the habit beyond what the others' rate would give."""
    difference = effect.difference.estimate if effect.difference else 0.0
    return abs(difference) * effect.exposed.n
