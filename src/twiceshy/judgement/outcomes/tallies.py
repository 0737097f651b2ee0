"""Tallies: how often work ended how, by month, model and agent; by workflow compliance; and by approach.

Poor approaches are marked. What is unknown is counted beside and on neither side. Intervals are clustered by
session.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from twiceshy.base.values import Rate
from twiceshy.judgement.outcomes.effect_sentences import name_habit
from twiceshy.records.lessons import Approach
from twiceshy.records.observations import BREAKS, Observation
from twiceshy.stats import clusters

if TYPE_CHECKING:
    from twiceshy.records.effects import ComplianceRow, OutcomeRow

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
    from twiceshy.records.effects import OutcomeRow  # noqa: PLC0415  # a brief waits for every import

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
