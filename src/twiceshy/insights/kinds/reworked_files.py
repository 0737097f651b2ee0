"""A file on which work does not stay: corrected or taken back more often than on the project's other files.

That edits are taken back is no news; that it is this file is. So its sessions are held against sessions that edited
another file of the project as many times.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.effects import size_band
from twiceshy.records.insights import InsightKind, Remedy, RemedyKind
from twiceshy.stats.intervals import binomial, false_discovery
from twiceshy.stats.text.foreign_names import quote_name

_EDITS = frozenset({"edit", "write"})
_LEAST_SESSIONS = 3
"""In which work on the file did not stay (guess, 2026-11-22)."""
_DISCOVERY = 0.05
"""False discovery rate over the project's files (convention, 2026-11-22): of many files one is always the worst."""


class _FileVisit(NamedTuple):
    """One session's work on one file."""

    path: str
    band: str
    """How many edits it had there."""
    gone: tuple[Place, ...]
    """Edits that were corrected or taken back."""


class _TriedFile(NamedTuple):
    """A file that enough sessions changed to say something of it."""

    path: str
    visits: Sequence[_FileVisit]
    hits: int
    """Visits of which something did not stay."""
    others: float
    """Share that would not stay, were it like the other files."""


def find_reworked_files(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each file on which work stays less often than on others."""
    by_path: dict[str, list[_FileVisit]] = defaultdict(list)
    for visit in _list_visits(history):
        by_path[visit.path].append(visit)
    counts = _count_bands(visit for visits in by_path.values() for visit in visits)
    tried = [
        _TriedFile(path, visits, sum(bool(visit.gone) for visit in visits), _expect(visits, counts))
        for path, visits in by_path.items()
        if len(visits) >= _LEAST_SESSIONS
    ]
    for one, q in zip(tried, false_discovery([_find_chance(one) for one in tried]), strict=True):
        if one.hits >= _LEAST_SESSIONS and q <= _DISCOVERY:
            yield from _draft(history, one)


def _find_chance(one: _TriedFile) -> float:
    """Return how likely so many hits or more are, were the file like the others."""
    n = len(one.visits)
    share = min(max(one.others, 0.5 / n), 1 - 0.5 / n)
    return sum(binomial(hits, n, share) for hits in range(one.hits, n + 1))


def _list_visits(history: ProjectHistory) -> Iterator[_FileVisit]:
    """Yield each session's work on each file of the project."""
    for number, session in enumerate(history.sessions):
        fates = history.judged.fates.get(session.session)
        if fates is None:
            continue
        gone = fates.corrected | fates.rolled_back
        places: dict[str, list[Place]] = defaultdict(list)
        for index, attempt in enumerate(session.attempts):
            if _is_edit(attempt):
                places[attempt.path].append(Place(number, index))
        for path, some in places.items():
            yield _FileVisit(
                path, size_band(len(some)), tuple(one for one in some if session.attempts[one.number].uid in gone)
            )


def _is_edit(attempt: CallAttempt) -> bool:
    """Tell whether a call changed a file of the project: one outside, such as a plan, is an agent's own."""
    inside = attempt.path and not attempt.path.startswith(("/", "~", ".."))
    return attempt.action in _EDITS and attempt.end is AttemptEnd.WORKED and bool(inside)


def _count_bands(visits: Iterator[_FileVisit]) -> dict[str, list[int]]:
    """Return by number of edits how many sessions' work on a file there is, and how much of it did not stay."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for visit in visits:
        counts[visit.band][0] += 1
        counts[visit.band][1] += bool(visit.gone)
    return counts


def _expect(visits: Sequence[_FileVisit], counts: dict[str, list[int]]) -> float:
    """Return the share of these visits that would not stay, were the file like the others."""
    expected = 0.0
    for band in {visit.band for visit in visits}:
        own = [visit for visit in visits if visit.band == band]
        n, gone = counts[band][0] - len(own), counts[band][1] - sum(bool(visit.gone) for visit in own)
        expected += len(own) * (gone / n if n else 1.0)
    return expected / len(visits)


def _draft(history: ProjectHistory, file: _TriedFile) -> Iterator[InsightDraft]:
    """Yield the draft of one file; nothing where its name cannot be quoted."""
    name = quote_name(file.path)
    if not name:
        return
    share = (
        f"{file.hits} of {len(file.visits)} sessions that changed it "
        f"(other files, as many edits: {100 * file.others:.0f} %)"
    )
    yield InsightDraft(
        kind=InsightKind.REWORKED_FILE,
        key=file.path,
        says=f"Work on {name} was corrected or taken back in {share}",
        cases=tuple(
            CountedCase(place=place, until=_find_next_edit(history, place))
            for visit in file.visits
            for place in visit.gone
        ),
        place=name,
        cause=Quoted(""),
        remedies=(Remedy(kind=RemedyKind.ASK, text=f"Ask before you change {name}.", evidence=share),),
    )


def _find_next_edit(history: ProjectHistory, place: Place) -> int | None:
    """Return the index of the edit of the same file that came next."""
    path = history.at(place).path
    return history.find_later(place, lambda one: _is_edit(one) and one.path == path, SOON_CALLS)
