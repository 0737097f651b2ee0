"""Effects: what was done against what became of it, from the observations that judging keeps. Reads only."""

import json
from collections.abc import Sequence
from dataclasses import replace

from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows.look_sessions import show
from twiceshy.flows.observed import KIND as OBSERVATIONS
from twiceshy.flows.observed import observations
from twiceshy.flows.worked import COSTLY, EVERYTHING
from twiceshy.outcomes import correlate, tallies
from twiceshy.outcomes.sentences import sentence
from twiceshy.records import ids
from twiceshy.records.effects import Effect, Effects, Fate, History, Reach
from twiceshy.records.look import FileHistory, Scope
from twiceshy.records.observations import Observation
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.reads import judged as reads

GOOD = frozenset({"completed", "first-pass", "tests-green", "survived"})
"""Outcomes that are wanted; all others are not."""
VERSION = 1
MOST_COSTLY = 20
LEAST_SESSIONS = 3
"""Sessions in which an approach was taken to a file before its success there is told, but for a poor one (guess)."""


def effects(config: Config, scope: Scope) -> Effects:
    """Every effect that was looked at in scope, and the table of kept workflows.

    Raises:
        NotFound: nothing was ever stored.
    """
    seen = stored(config, scope)
    found = correlate.effects(seen)
    return Effects(
        sessions=len({one.session for one in seen}),
        observations=sum(one.n for one in seen),
        found=found,
        tested=sum(one.refusal is None for one in found),
        refused=sum(one.refusal is not None for one in found),
        compliance=tallies.compliance(seen),
        unknown=tallies.outcome_rows(seen, lambda _: "all"),
    )


def stored(config: Config, scope: Scope) -> list[Observation]:
    """The observations of all judged sessions in scope."""
    with Store.open(config.home, readonly=True) as store:
        return list(observations(store, scope))


def history(config: Config, name: str, scope: Scope) -> History:
    """What became of the edits of a file, or of what was done of one sort.

    Raises:
        NotFound: there is no such behaviour among what was observed, and no such file or several.
    """
    seen = stored(config, scope)
    if any(name in one.did for one in seen):
        return of_approach(name, seen)
    try:
        found = show(config, name, scope, full=False)
    except NotFound as exc:
        slugs = ", ".join(sorted({slug for one in seen for slug in one.did})) or "none yet; see `twiceshy judge`"
        raise NotFound(f"{exc} As an approach it is not known either; known are: {slugs}.") from exc
    if not isinstance(found, FileHistory):
        raise NotFound(f"{name!r} is neither a file nor an approach; `twiceshy show {name}` knows it.")
    return of_file(found, seen)


def of_approach(slug: str, seen: Sequence[Observation]) -> History:
    """Where it was done, by project and by file."""
    mine = [only(one, slug) for one in seen if one.did.get(slug)]
    by_project = tallies.approaches(mine, place=lambda _: None)
    by_file = [one for one in tallies.approaches(mine) if one.path is not None]
    return History(
        name=slug,
        project="",
        edits=sum(one.n for one in mine if one.unit == "edit"),
        sessions=len({one.session for one in mine}),
        approaches=by_project + by_file,
    )


def only(one: Observation, slug: str) -> Observation:
    """The observation with nothing else done."""
    return Observation(
        unit=one.unit, session=one.session, project=one.project, agent=one.agent, model=one.model, at=one.at,
        path=one.path, did={slug: True}, became=one.became, size=one.size, n=one.n, proof=one.proof,
    )  # fmt: skip


def of_file(found: FileHistory, seen: Sequence[Observation]) -> History:
    """The file's edits with their habits and ends, how each habit went there, and what is told of it."""
    mine = [one for one in seen if one.path == found.path and one.project == found.project]
    alike: dict[tuple[object, ...], Fate] = {}
    for one in mine:
        fate = Fate(
            session=ids.short(ids.SESSION, one.session),
            at=one.at,
            edits=one.n,
            habits=tuple(sorted(slug for slug, done in one.did.items() if done)),
            ends=tuple(sorted(slug for slug, so in one.became.items() if so)),
            success=tallies.success(one),
        )
        key = (one.session, fate.habits, fate.ends, fate.success)
        alike[key] = replace(fate, edits=fate.edits + alike[key].edits) if key in alike else fate
    fates = list(alike.values())
    fates.sort(key=lambda fate: (fate.at.timestamp() if fate.at else 0.0, fate.session), reverse=True)
    return History(
        name=found.path,
        project=found.project,
        edits=found.total,
        sessions=len({one.session for one in mine}),
        fates=fates,
        approaches=[one for one in tallies.approaches(mine) if one.poor or one.sessions >= LEAST_SESSIONS],
        effects=[one for one in correlate.effects(mine) if one.refusal is None and one.scope is Reach.ALL],
    )


def keep_costly(store: Store) -> None:
    """Nothing; the habits that surely go with worse ends, over everything, are kept.

    The report shows them and has no time to look for them.
    """
    everything = {EVERYTHING: reads.mark(store.connection, OBSERVATIONS)}
    if store.stale(COSTLY, everything, VERSION):
        found = [one for one in correlate.effects(list(observations(store, Scope()))) if one.refusal is None]
        costly = sorted((one for one in found if is_costly(one)), key=excess, reverse=True)
        rows = [[one.exposure, sentence(one), one.q] for one in costly[:MOST_COSTLY]]
        store.put_derived(COSTLY, [Derived(EVERYTHING, everything[EVERYTHING], json.dumps(rows).encode())], VERSION)


def is_costly(effect: Effect) -> bool:
    """Whether the habit surely goes with worse ends."""
    if effect.ratio is None or effect.q > correlate.SURE:
        return False
    return effect.ratio.high < 1 if effect.outcome in GOOD else effect.ratio.low > 1


def excess(effect: Effect) -> float:
    """Bad ends of those who did it, above as many as the others' rate would give."""
    difference = effect.difference.estimate if effect.difference else 0.0
    return abs(difference) * effect.exposed.n
