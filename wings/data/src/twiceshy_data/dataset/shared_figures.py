"""Which figures may be given away: those that no single session or day can be read from.

A cell rests on at least `LEAST` sessions and as many days, and no session makes up more than `LARGEST_SHARE` of it. A
cell that does not is added to ``other``; where ``other`` does not either, it is dropped. Nothing is written that a
dropped cell could be computed from: no sums over cells, no shares of a whole, and where a figure has a complement (with
and without a test), both must be large enough. Counts of sessions are rounded down to fives, all else to two digits.
Cells of two tables can overlap; the rounding is what stands between them.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import floor, log10
from typing import NamedTuple

from twiceshy.records.exports import SharedAct, SharedChange, SharedTime
from twiceshy_data.dataset.shared_vocabulary import FILE_KINDS, OTHER

LEAST = 5
"""Sessions, and days, that a cell rests on: k of k-anonymity (defined by the consent text, 2026-11-23)."""
LARGEST_SHARE = 0.5
"""Of a cell, that one session may make up (defined by the consent text, 2026-11-23)."""
DIGITS = 2
"""To which counts and times are rounded (defined by the consent text, 2026-11-23)."""
_MIDDLE, _NINE_TENTHS = 0.5, 0.9


class FigureCell(NamedTuple):
    """A count that may be given away."""

    key: tuple[str, ...]
    times: int
    sessions: int


class DurationCell(NamedTuple):
    """Seconds from calls of a program to their results; None where too few sessions lie on one side of it.

    Logs do not tell how long a call waited for a person's permission, so that is among them.
    """

    program: str
    median_s: float
    p90_s: float | None
    sessions: int


class TogetherCell(NamedTuple):
    """Of the sessions that changed one kind of file, how many changed another one too."""

    changed: str
    beside: str
    together: int
    alone: int


class CellSupport:
    """What a cell rests on."""

    def __init__(self) -> None:
        self.by_session: Counter[int] = Counter()
        self.days: set[str] = set()

    def add(self, session: int, day: str, times: int) -> None:
        """Count something that a session did on a day."""
        self.by_session[session] += times
        self.days.add(day)

    def merge(self, other: "CellSupport") -> None:
        """Add all that another cell rests on."""
        self.by_session.update(other.by_session)
        self.days |= other.days

    def is_enough(self) -> bool:
        """Tell whether the cell hides each session and day."""
        return (
            len(self.by_session) >= LEAST
            and len(self.days) >= LEAST
            and max(self.by_session.values()) <= LARGEST_SHARE * self.by_session.total()
        )


def count_cells(acts: Iterable[SharedAct]) -> list[FigureCell]:
    """Return the cells that may be given away, by their words; ``other`` comes where it does."""
    supports: defaultdict[tuple[str, ...], CellSupport] = defaultdict(CellSupport)
    for act in acts:
        supports[act.key].add(act.session, act.day, act.times)
    rest = CellSupport()
    small = [key for key, one in supports.items() if {*key} == {OTHER} or not one.is_enough()]
    for key in small:
        rest.merge(supports.pop(key))
    if rest.is_enough():
        supports[(OTHER,) * len(small[0])] = rest
    return [
        FigureCell(key, round_figure(one.by_session.total()), round_sessions(len(one.by_session)))
        for key, one in sorted(supports.items())
    ]


def measure_durations(runs: Iterable[SharedTime]) -> list[DurationCell]:
    """Return how long the runs of each program take, for programs that may be told of."""
    supports: defaultdict[str, CellSupport] = defaultdict(CellSupport)
    times: defaultdict[str, defaultdict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        supports[run.program].add(run.session, run.day, 1)
        times[run.program][run.session].append(run.seconds)
    cells = []
    for program, support in sorted(supports.items()):
        if program == OTHER or not support.is_enough():
            continue
        median = find_quantile(list(times[program].values()), _MIDDLE)
        if median is not None:
            p90 = find_quantile(list(times[program].values()), _NINE_TENTHS)
            cells.append(DurationCell(program, median, p90, round_sessions(len(support.by_session))))
    return cells


def find_quantile(by_session: Sequence[Sequence[float]], share: float) -> float | None:
    """Return the time that this share of the runs does not exceed; None where too few sessions lie on one side of it.

    >>> find_quantile([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0], [9.0]], 0.5)
    5.0
    """
    values = sorted(value for own in by_session for value in own)
    place = share * (len(values) - 1)
    low, high = values[floor(place)], values[-floor(-place)]
    found = round_time(low + (high - low) * (place - floor(place)))
    below = sum(1 for own in by_session if bisect_right(sorted(own), found))
    above = sum(1 for own in by_session if bisect_left(sorted(own), found) < len(own))
    return found if min(below, above) >= LEAST else None


def count_together(changes: Iterable[SharedChange]) -> list[TogetherCell]:
    """Return which kinds of files are changed in the same session, for pairs of which both sides may be told."""
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    days: dict[int, str] = {}
    for change in changes:
        kinds[change.session].add(change.kind)
        days[change.session] = min(change.day, days.get(change.session, change.day))
    cells = [
        _count_pair(changed, beside, [(days[session], some) for session, some in kinds.items() if changed in some])
        for changed in FILE_KINDS
        for beside in FILE_KINDS
        if beside != changed
    ]
    return [cell for cell in cells if cell is not None]


def _count_pair(changed: str, beside: str, sessions: Iterable[tuple[str, set[str]]]) -> TogetherCell | None:
    """Return the cell of one pair; None where one of its sides is too small to be told."""
    alone, together = CellSupport(), CellSupport()
    for session, (day, kinds) in enumerate(sessions):
        (together if beside in kinds else alone).add(session, day, 1)
    if not (alone.is_enough() and together.is_enough()):
        return None
    return TogetherCell(
        changed, beside, round_sessions(len(together.by_session)), round_sessions(len(alone.by_session))
    )


def round_figure(count: int) -> int:
    """Return the count to two digits.

    >>> [round_figure(count) for count in (7, 45, 1449, 16275)]
    [7, 45, 1400, 16000]
    """
    return round(count, DIGITS - len(str(count))) if count >= 10**DIGITS else count


def round_time(seconds: float) -> float:
    """Return the time to two digits, and to a millisecond.

    >>> [round_time(seconds) for seconds in (0.0, 0.01234, 1.449, 123.4)]
    [0.0, 0.012, 1.4, 120.0]
    """
    return round(seconds, max(-9, min(3, DIGITS - 1 - floor(log10(seconds))))) if seconds > 0 else 0.0


def round_sessions(count: int) -> int:
    """Return the count of sessions, rounded down to fives: a difference of two is then no single session.

    >>> [round_sessions(count) for count in (5, 9, 10, 432)]
    [5, 5, 10, 430]
    """
    return count - count % LEAST
