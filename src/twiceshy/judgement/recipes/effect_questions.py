"""Compare what was done with its outcomes, from the observations that judging stores. Reads only."""

from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.observations import KIND as OBSERVATIONS
from twiceshy.archive.observations import read_observations
from twiceshy.archive.reads import judgements as reads
from twiceshy.archive.reads.files import find_file_history
from twiceshy.archive.reads.judgements import read_session_compliance
from twiceshy.archive.team_knowledge import read_effects
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.judgement.outcomes import correlate, tallies
from twiceshy.judgement.outcomes.correlate import find_costly
from twiceshy.judgement.outcomes.effect_sentences import render_effect
from twiceshy.judgement.outcomes.tallies import compare_compliance, describe_approach, describe_file
from twiceshy.judgement.recipes.workflow_compliance import Workflows, check_sessions
from twiceshy.records import ids
from twiceshy.records.codec import Codec
from twiceshy.records.effects import ComplianceScreen, Effects, Observation, OutcomeHistory
from twiceshy.records.figures import CostlyHabit

_EVERY = 1_000_000
"""Newest sessions that are checked: all (guess, 2026-11-22: no store has more)."""
_OTHER_KINDS = frozenset({ids.SESSION, ids.ERROR, ids.RUN})
"""Kinds of ids that `twiceshy show` knows."""


def measure_effects(config: Config, scope: Scope) -> Effects:
    """Return every effect that was tested in scope, the table of workflow compliance, and what the team's work shows.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        seen = list(read_observations(store, scope))
        team = read_effects(store.connection)
    found = correlate.find_effects(seen)
    return Effects(
        sessions=len({one.session for one in seen}),
        observations=sum(one.n for one in seen),
        found=found,
        tested=sum(one.refusal is None for one in found),
        refused=sum(one.refusal is not None for one in found),
        compliance=tallies.tally_compliance(seen),
        unknown=tallies.tally_outcomes(seen, lambda _: "all"),
        team=team,
    )


def measure_compliance(config: Config, scope: Scope, preset: str = "") -> ComplianceScreen:
    """Return what became of sessions in scope that kept and broke their declared workflow, or a preset.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        sessions = read_session_compliance(store.connection, scope)
    if preset:
        found = check_sessions(config, Workflows(Path.cwd(), preset), None, scope, _EVERY)
        kept = {one.place.session: one.compliance.compliant for one in found}
        sessions = [one._replace(compliant=kept.get(one.session)) for one in sessions]
    return compare_compliance(sessions)


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
        return describe_approach(name, seen)
    start = ids.parse_prefix(name)
    if start is not None and start.kind in _OTHER_KINDS:
        raise NotFound(f"{name!r} is neither a file nor an approach; `twiceshy show {name}` knows it.")
    try:
        with Store.open(config.home, readonly=True) as store:
            found = find_file_history(store.connection, name, scope)
    except NotFound as exc:
        slugs = ", ".join(sorted({slug for one in seen for slug in one.did})) or "none yet; see `twiceshy judge`"
        raise NotFound(f"{exc} As an approach it is not known either; known are: {slugs}.") from exc
    return describe_file(found, seen)


# Store the habits that significantly go with worse outcomes, over all sessions, and read them for the report.
#
# The report shows them and has no time to compute them.

COSTLY = "effects"
"""Kind of ``derived``."""
_EVERYTHING = b"all"
_VERSION = 3
_HABITS = Codec(list[CostlyHabit])


def store_costly_habits(store: Store) -> None:
    """Store the costly habits again if the observations have changed."""
    inputs = {_EVERYTHING: reads.hash_kind(store.connection, OBSERVATIONS)}
    if store.find_stale(COSTLY, inputs, _VERSION):
        costly = find_costly(list(read_observations(store, Scope())))
        habits = [CostlyHabit(key=one.exposure, words=render_effect(one), q=one.q) for one in costly]
        entry = DerivedValue(_EVERYTHING, inputs[_EVERYTHING], _HABITS.encode(habits))
        store.put_derived(COSTLY, [entry], _VERSION)


def read_costly_habits(store: Store, scope: Scope) -> list[CostlyHabit]:
    """Return the stored costly habits; none for a part of what is stored."""
    kept = store.get_derived(COSTLY, _EVERYTHING) if scope == Scope() else None
    return _HABITS.decode(kept.value) if kept else []
