"""What became of one file's edits, or where one behaviour occurred and how it fared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from twiceshy.judgement.outcomes import correlate, tallies
from twiceshy.records import ids
from twiceshy.records.effects import EditFate, EffectScope, OutcomeHistory
from twiceshy.records.observations import Observation
from twiceshy.records.views import FileHistory

_LEAST_SESSIONS = 3
"""Sessions in which a file was approached in one way before its success is shown, but for a poor one (guess,
2026-11-21)."""


def describe_approach(slug: str, seen: Sequence[Observation]) -> OutcomeHistory:
    """Return where the behaviour occurred, by project and by file."""
    mine = [replace(one, did={slug: True}) for one in seen if one.did.get(slug)]
    by_project = tallies.tally_approaches(mine, place=lambda _: None)
    by_file = [one for one in tallies.tally_approaches(mine) if one.path is not None]
    well, known, unknown = _count_ends(mine)
    return OutcomeHistory(
        name=slug,
        project="",
        edits=sum(one.n for one in mine if one.unit == "edit"),
        sessions=len({one.session for one in mine}),
        approaches=by_project + by_file,
        went_well=well,
        known=known,
        unknown=unknown,
    )


def describe_file(found: FileHistory, seen: Sequence[Observation]) -> OutcomeHistory:
    """Return the file's edits with their habits and outcomes, how each habit fared there, and effects found there."""
    mine = [one for one in seen if one.path == found.path and one.project == found.project]
    fates = _merge_fates(mine)
    well, known, unknown = _count_ends(mine)
    return OutcomeHistory(
        name=found.path,
        project=found.project,
        edits=found.total,
        sessions=len({one.session for one in mine}),
        fates=fates,
        went_well=well,
        known=known,
        unknown=unknown,
        approaches=[one for one in tallies.tally_approaches(mine) if one.poor or one.sessions >= _LEAST_SESSIONS],
        effects=[one for one in correlate.find_effects(mine) if one.refusal is None and one.scope is EffectScope.ALL],
    )


def _count_ends(mine: Sequence[Observation]) -> tuple[int, int, int]:
    """Return how many edits went well, of how many it is known how they went, and of how many not."""
    ends = [(one.n, tallies.is_success(one)) for one in mine if one.unit == "edit"]
    well = sum(n for n, went_well in ends if went_well)
    known = sum(n for n, went_well in ends if went_well is not None)
    return well, known, sum(n for n, _ in ends) - known


def _merge_fates(mine: Sequence[Observation]) -> list[EditFate]:
    """Return the fates of a file's edits, newest first; edits of one session that went alike are one."""
    alike: dict[tuple[object, ...], EditFate] = {}
    for one in mine:
        fate = EditFate(
            session=ids.shorten(ids.SESSION, one.session),
            at=one.at,
            edits=one.n,
            habits=_list_true(one.did),
            ends=_list_true(one.became),
            success=tallies.is_success(one),
        )
        key = (one.session, fate.habits, fate.ends, fate.success)
        alike[key] = replace(fate, edits=fate.edits + alike[key].edits) if key in alike else fate
    return sorted(
        alike.values(), key=lambda fate: (fate.at.timestamp() if fate.at else 0.0, fate.session), reverse=True
    )


def _list_true(truths: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(sorted(slug for slug, so in truths.items() if so))
