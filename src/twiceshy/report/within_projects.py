"""Compare within projects: what stands out is worse than the rest of its own project, or is said to be one project's.

One project's commit hook makes `git commit` fail there and nowhere else. Counted over all projects together that looks
like a property of the command. So counts are compared project by project and pooled by Mantel and Haenszel; where the
one project with most of it carries the whole difference, only that project's counts are told, under its name.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts.stats import strata
from twiceshy.facts.stats.clusters import pool_tables
from twiceshy.facts.stats.shares import measure_share
from twiceshy.facts.stats.strata import TwoByTwoTable
from twiceshy.records.figures import Ratio
from twiceshy.report.figures import ratio


class SessionTally(NamedTuple):
    """One session's part: hits and tries, and those of what it is compared with."""

    hits: int
    tries: int
    base_hits: int = 0
    base_tries: int = 0
    seconds: float = 0.0
    tokens: int = 0
    hidden: int = 0
    """Further ones whose end nobody saw; they are no tries."""
    base_hidden: int = 0
    project: str = ""


def sum_tallies(tallies: Iterable[SessionTally]) -> SessionTally:
    """Return all counts together, of no project."""
    columns = list(zip(*(one[:8] for one in tallies), strict=True))
    return SessionTally(*(sum(column) for column in columns)) if columns else SessionTally(0, 0)


def count_by_project(tallies: Iterable[SessionTally]) -> dict[str, TwoByTwoTable]:
    """Return the counts of each project."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in tallies:
        for place in range(4):
            found[one.project][place] += int(one[place])
    return {project: TwoByTwoTable(*counts) for project, counts in found.items()}


def keep_comparable(tallies: Sequence[SessionTally]) -> list[SessionTally]:
    """Return the tallies of the projects in which it was tried: only their others are like it."""
    tried = {project for project, table in count_by_project(tallies).items() if table.n}
    return [one for one in tallies if one.project in tried]


def pool_ratio(tallies: Sequence[SessionTally]) -> Ratio | None:
    """Return the ratio within projects with its interval; where the others have no hits at all, the plain one."""
    tables = count_by_project(tallies)
    sums = pool_tables(tables.values())
    if sums.over and sums.under:
        found = strata.pooled_ratio(tables.values())
        return Ratio(ratio=found.estimate, low=found.low, high=found.high)
    whole = sum_tallies(tallies)
    return ratio(measure_share(whole.hits, whole.tries), measure_share(whole.base_hits, whole.base_tries))


def estimate_ratio(tallies: Sequence[SessionTally]) -> float:
    """Return the ratio within projects; nan if a side is empty. Half a case is used in place of no hits."""
    sums = pool_tables(count_by_project(tallies).values())
    if sums.over and sums.under:
        return sums.over / sums.under
    whole = sum_tallies(tallies)
    if not whole.tries or not whole.base_tries:
        return float("nan")
    return ((whole.hits or 0.5) / whole.tries) / ((whole.base_hits or 0.5) / whole.base_tries)


def find_p_value(tallies: Sequence[SessionTally]) -> float:
    """Return the two-sided p-value that within no project the two sides differ."""
    return strata.exact_p_value(list(count_by_project(tallies).values()))


def find_carrier(tallies: Sequence[SessionTally], least: float) -> str | None:
    """Return the project that carries a difference alone: without it the ratio is below ``least``.

    None where there is but one project, or where others have it too.
    """
    tables = {project: table for project, table in count_by_project(tallies).items() if table.n and table.other_n}
    if len(tables) < 2:
        return None
    carrier = max(sorted(tables), key=lambda project: _count_excess(tables[project]))
    rest = [one for one in tallies if one.project != carrier]
    quotient = pool_ratio(rest)
    return None if quotient is not None and quotient.ratio >= least else carrier


def _count_excess(table: TwoByTwoTable) -> float:
    """Return the hits beyond what the others' rate would give."""
    return table.hits - table.n * table.other_hits / table.other_n
