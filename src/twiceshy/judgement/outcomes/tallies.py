"""Tallies: how often work ended how, by month, model and agent; by workflow compliance; and by approach.

Poor approaches are marked. What is unknown is counted beside and on neither side. Intervals are clustered by
session.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from twiceshy.base.values import Rate
from twiceshy.judgement.outcomes import correlate
from twiceshy.judgement.outcomes.effect_sentences import name_habit
from twiceshy.records import ids
from twiceshy.records.effects import (
    BREAKS,
    ComplianceMeasure,
    ComplianceScreen,
    EditFate,
    EffectScope,
    MeasuredSide,
    Observation,
    OutcomeHistory,
    OutcomeRow,
    SessionCompliance,
    size_band,
)
from twiceshy.records.figures import WorkFigure
from twiceshy.records.lessons import Approach
from twiceshy.records.views import FileHistory
from twiceshy.stats import clusters
from twiceshy.stats.strata import TwoSides, compare_means

if TYPE_CHECKING:
    from twiceshy.records.effects import ComplianceRow


COMPLIANT = "workflow-compliant"
_RISK = "risk-"
"""Before the band of a risk: ``risk-low``."""
_BAD = frozenset({"failed", "refused-unread", "rejected", "rolled-back", "corrected"})
_POOR = 0.60
"""An approach is poor when the upper end of its success's interval is below this even if all that is unknown went well.
Guess of 2026-11-21."""
_POOR_CONFIDENCE = 0.90
"""Of that interval. Guess of 2026-11-21: lower than usual, since a poor approach is only shown, not forbidden."""
_LEAST_SESSIONS = 3
"""Guess of 2026-11-21: fewer say more about a session than about an approach."""
_MOST_PROOFS = 6
"""Proofs that are kept of an approach. Guess of 2026-11-21: a reader opens no more."""


class _Tally:
    """Hits and cases by session."""

    def __init__(self) -> None:
        self.sessions: dict[bytes, list[int]] = defaultdict(lambda: [0, 0])
        self.unknown = 0
        self.open: dict[bytes, int] = defaultdict(int)
        """The unknown by session."""
        self.proof: list[str] = []
        self.good_proof: list[str] = []

    def add(self, one: Observation, *, so: bool | None) -> None:
        if so is None:
            self.unknown += one.n
            self.open[one.session] += one.n
            return
        counts = self.sessions[one.session]
        counts[0] += one.n if so else 0
        counts[1] += one.n
        (self.good_proof if so else self.proof).extend(one.proof)

    def rate(self, confidence: float = 0.95) -> Rate:
        counts = [(hits, n) for _, (hits, n) in sorted(self.sessions.items())]
        share, low, high = clusters.estimate_share(counts, confidence)
        n = sum(n for _, n in counts)
        return Rate(sum(hits for hits, _ in counts), n, share if n else 0.0, low, high)

    def bound_share(self, confidence: float) -> float:
        """Return the upper end of the share if all that is unknown went well.

        What goes wrong is seen at once and what goes well often never, so the known alone would condemn too much.
        """
        every = sorted(self.sessions.keys() | self.open.keys())
        known = [(*self.sessions.get(session, (0, 0)), self.open.get(session, 0)) for session in every]
        return clusters.estimate_share([(hits + open_, n + open_) for hits, n, open_ in known], confidence)[2]


def is_success(one: Observation) -> bool | None:
    """Tell whether it went well; None where that is not known.

    Of an edit: nothing bad is known of it, and something shows that it was right: its task is proved to be done, or a
    person spoke after it and did not object. Of a task or session: right at the first pass; where that is unknown,
    completed.
    """
    if one.unit == "edit":
        if any(one.became.get(slug) for slug in _BAD):
            return False
        return True if one.proved or one.became.get("corrected") is False else None
    first = one.became.get("first-pass")
    return first if first is not None else one.became.get("completed")


def _is_compliant(one: Observation) -> bool | None:
    """Tell whether the declared workflow was followed; None where none was declared or none of it applied."""
    if (told := one.did.get(COMPLIANT)) is not None:
        return told
    steps = [broke for slug, broke in one.did.items() if slug.startswith(BREAKS)]
    return not any(steps) if steps else None


def tally_compliance(observations: Iterable[Observation]) -> "list[ComplianceRow]":
    """Return how often work succeeded where the workflow was followed and where it was not, by risk band if known.

    Empty where nothing was declared. Tasks are counted, and sessions only where there are none.
    """
    from twiceshy.records.effects import ComplianceRow  # noqa: PLC0415  # a brief waits for every import

    tallies: dict[tuple[str, bool, str], _Tally] = defaultdict(_Tally)
    for one in observations:
        if one.unit == "edit" or (kept := _is_compliant(one)) is None:
            continue
        bands = [slug.removeprefix(_RISK) for slug, so in one.did.items() if slug.startswith(_RISK) and so]
        for band in ("", *bands):
            tallies[one.unit, kept, band].add(one, so=is_success(one))
    unit = "task" if any(unit == "task" for unit, _, _ in tallies) else "session"
    return [
        ComplianceRow(
            compliant=kept, band=band, success=tally.rate(), unknown=tally.unknown, sessions=len(tally.sessions)
        )
        for (found, kept, band), tally in sorted(tallies.items(), key=lambda item: (item[0][2], not item[0][1]))
        if found == unit
    ]


def tally_outcomes(observations: Iterable[Observation], group: Callable[[Observation], str]) -> "list[OutcomeRow]":
    """Return a row for each outcome of each group; groups whose name is empty are left out."""
    by_group: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    outcomes: dict[str, set[str]] = defaultdict(set)
    for one in observations:
        if name := group(one):
            by_group[name, one.unit].append(one)
        outcomes[one.unit].update(one.became)
    found = []
    for (name, unit), here in sorted(by_group.items(), key=lambda item: item[0]):
        for outcome in sorted(outcomes[unit]):
            tally = _Tally()
            for one in here:
                tally.add(one, so=one.became.get(outcome))
            found.append(
                OutcomeRow(
                    group=name,
                    outcome=outcome,
                    unit=unit,
                    rate=tally.rate(),
                    unknown=tally.unknown,
                    sessions=len(tally.sessions),
                )
            )
    return found


def month_of(one: Observation) -> str:
    """Return the month of an observation, UTC: ``2026-11``; empty where its time is not known."""
    return one.at.strftime("%Y-%m") if one.at else ""


def tally_approaches(
    observations: Iterable[Observation], *, place: Callable[[Observation], str | None] = lambda one: one.path
) -> list[Approach]:
    """Return each thing done to each place of each project, and how often it went well; poor ones first."""
    tallies: dict[tuple[str, str, str, str | None], _Tally] = defaultdict(_Tally)
    others: dict[tuple[str, str, str], _Tally] = defaultdict(_Tally)
    for one in observations:
        for slug, done in one.did.items():
            if done:
                tallies[slug, one.unit, one.project, place(one)].add(one, so=is_success(one))
            else:
                others[slug, one.unit, one.project].add(one, so=is_success(one))
    found = []
    for (slug, unit, project, path), tally in tallies.items():
        rate = tally.rate(_POOR_CONFIDENCE)
        if not rate.n:
            continue
        other = others[slug, unit, project].rate(_POOR_CONFIDENCE)
        found.append(
            Approach(
                behaviour=slug,
                words=name_habit(unit, slug),
                unit=unit,
                project=project,
                path=path,
                success=rate,
                unknown=tally.unknown,
                poor=len(tally.sessions) >= _LEAST_SESSIONS and tally.bound_share(_POOR_CONFIDENCE) < _POOR,
                sessions=len(tally.sessions),
                proof=tuple(dict.fromkeys(sorted(tally.proof) + sorted(tally.good_proof)))[:_MOST_PROOFS],
                other=other if other.n else None,
            )
        )
    return sorted(
        found, key=lambda one: (not one.poor, one.success.high, one.behaviour, one.unit, one.project, one.path or "")
    )


# What became of one file's edits, or where one behaviour occurred and how it fared.


def describe_approach(slug: str, seen: Sequence[Observation]) -> OutcomeHistory:
    """Return where the behaviour occurred, by project and by file."""
    mine = [replace(one, did={slug: True}) for one in seen if one.did.get(slug)]
    by_project = tally_approaches(mine, place=lambda _: None)
    by_file = [one for one in tally_approaches(mine) if one.path is not None]
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
        approaches=[one for one in tally_approaches(mine) if one.poor or one.sessions >= _LEAST_SESSIONS],
        effects=[one for one in correlate.find_effects(mine) if one.refusal is None and one.scope is EffectScope.ALL],
    )


def _count_ends(mine: Sequence[Observation]) -> tuple[int, int, int]:
    """Return how many edits went well, of how many it is known how they went, and of how many not."""
    ends = [(one.n, is_success(one)) for one in mine if one.unit == "edit"]
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
            success=is_success(one),
        )
        key = (one.session, fate.habits, fate.ends, fate.success)
        alike[key] = replace(fate, edits=fate.edits + alike[key].edits) if key in alike else fate
    return sorted(
        alike.values(), key=lambda fate: (fate.at.timestamp() if fate.at else 0.0, fate.session), reverse=True
    )


def _list_true(truths: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(sorted(slug for slug, so in truths.items() if so))


# Summarize outcomes of tasks: by agent, by model and by month.

_RATES = {
    "first_pass": "first-pass",
    "corrected": "corrected",
    "rolled_back": "rolled-back",
    "tests_green": "tests-green",
}
"""Fields of a figure, and the outcomes that they are the rates of."""
_SHOWN_OUTCOMES = frozenset(_RATES.values())


def build_work_figures(seen: Sequence[Observation]) -> list[WorkFigure]:
    """Return the outcomes of tasks by agent, by model and by month; most tasks first, months in order."""
    tasks = [
        replace(one, became={slug: so for slug, so in one.became.items() if slug in _SHOWN_OUTCOMES})
        for one in seen
        if one.unit == "task"
    ]
    groups: tuple[tuple[str, Callable[[Observation], str]], ...] = (
        ("agent", lambda one: one.agent),
        ("model", lambda one: one.model),
        ("month", month_of),
    )
    return [figure for by, group in groups for figure in _group_figures(tasks, by, group)]


def _group_figures(tasks: Sequence[Observation], by: str, group: Callable[[Observation], str]) -> list[WorkFigure]:
    rates: defaultdict[str, dict[str, OutcomeRow]] = defaultdict(dict)
    for row in tally_outcomes(tasks, group):
        rates[row.group][row.outcome] = row
    found = [_build_figure(by, name, rows) for name, rows in rates.items() if rows]
    return sorted(found, key=lambda one: one.name if by == "month" else (-one.tasks, one.name))


def _build_figure(by: str, name: str, rows: Mapping[str, OutcomeRow]) -> WorkFigure:
    tasks = max(row.rate.n + row.unknown for row in rows.values())
    found = {field: _rate_of(rows, slug) for field, slug in _RATES.items()}
    known = {field: one.n for field, one in found.items()}
    unknown = {field: tasks - n for field, n in known.items()}
    return WorkFigure(by=by, name=name, tasks=tasks, known=known, unknown=unknown, **found)


def _rate_of(rows: Mapping[str, OutcomeRow], outcome: str) -> Rate:
    return rows[outcome].rate if outcome in rows else Rate(0, 0, 0.0, 0.0, 1.0)


# Compliance measures: sessions that kept the declared workflow beside those that broke it, in four numbers.
#
# Risk, corrections, work rolled back, and how much people had to say, each with how many sessions and how sure.
# Sessions are compared within the same project, agent and size. A session is one witness, however long it is.

_SEED = 20261122
"""Of the deals: the same sessions give the same p-value (guess: any number would do, 2026-11-22)."""
_MEASURES = ("risk", "corrected", "rolled_back", "engagement")


def compare_compliance(sessions: Sequence[SessionCompliance]) -> ComplianceScreen:
    """Return the four measures of sessions that kept and broke their workflow."""
    declared = [one for one in sessions if one.compliant is not None]
    return ComplianceScreen(
        kept=sum(one.compliant is True for one in declared),
        broken=sum(one.compliant is False for one in declared),
        undeclared=len(sessions) - len(declared),
        projects=len({one.project for one in declared}),
        measures=[_compare_measure(slug, declared) for slug in _MEASURES],
    )


def _compare_measure(slug: str, declared: Sequence[SessionCompliance]) -> ComplianceMeasure:
    """Return one measure on both sides; what is unknown counts on neither."""
    strata: dict[Hashable, TwoSides] = defaultdict(lambda: TwoSides([], []))
    sides: dict[bool, list[float]] = {True: [], False: []}
    unknown = {True: 0, False: 0}
    for one in declared:
        kept, value = bool(one.compliant), getattr(one, slug)
        if value is None:
            unknown[kept] += 1
            continue
        sides[kept].append(float(value))
        stratum = strata[one.project, one.agent, size_band(one.files)]
        strata[one.project, one.agent, size_band(one.files)] = (
            TwoSides([*stratum.one, float(value)], stratum.other)
            if kept
            else TwoSides(stratum.one, [*stratum.other, float(value)])
        )
    found = compare_means(list(strata.values()), Random(_SEED))  # noqa: S311  # no secret
    return ComplianceMeasure(
        measure=slug.replace("_", "-"),
        kept=_measure_side(sides[True], unknown[True]),
        broken=_measure_side(sides[False], unknown[False]),
        difference=found.difference,
        p=found.p,
        compared=found.n,
    )


def _measure_side(values: Sequence[float], unknown: int) -> MeasuredSide:
    """Return the mean of one side, None where nothing is known."""
    return MeasuredSide(mean=sum(values) / len(values) if values else None, n=len(values), unknown=unknown)
