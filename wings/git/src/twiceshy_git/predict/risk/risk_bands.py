"""What became of changes, by the risk that was said of them?"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Final, NamedTuple

from twiceshy.records.change_risk import HabitRisk, RiskAnswer, RiskBand
from twiceshy.records.figures import RiskiestWork, RiskyChange
from twiceshy.stats.clusters import Cluster, compare_clusters
from twiceshy.stats.intervals import wilson
from twiceshy.stats.strata import TwoByTwoTable
from twiceshy_git.predict.risk.risk_words import phrase_measure

FEWEST: Final = 40
"""Changes with a risk below which bands hold too few to say anything: four in a tenth (guess, 2026-11-23)."""
_FEWEST_TOLD: Final = 10
"""Changes with a risk of which there is a riskiest tenth, by definition."""
_CUTS: Final = (0.0, 0.1, 0.2, 0.5, 1.0)
"""Shares of the changes, the highest risk first; the top tenth is that of the protocol."""
_NAMES: Final = ("top tenth", "next tenth", "next three tenths", "lower half")


def rank_by_risk(answers: Sequence[RiskAnswer]) -> list[RiskAnswer]:
    """Return the changes that have a risk, the highest first; of equals the larger first."""
    known = [one for one in answers if one.probability is not None]
    return sorted(known, key=lambda one: (-(one.probability or 0.0), -one.added, one.id))


def take_top(ranked: Sequence[RiskAnswer]) -> Sequence[RiskAnswer]:
    """Return the top tenth."""
    return ranked[: round(len(ranked) * _CUTS[1])]


def divide_into_bands(ranked: Sequence[RiskAnswer]) -> tuple[RiskBand, ...]:
    """Return the bands of ranked changes, the highest risk first; none of too few."""
    return tuple(_list_bands(ranked)) if len(ranked) >= FEWEST else ()


def _list_bands(ranked: Sequence[RiskAnswer]) -> Iterator[RiskBand]:
    for name, (first, last) in zip(_NAMES, pairwise(_CUTS), strict=True):
        some = ranked[round(len(ranked) * first) : round(len(ranked) * last)]
        risks = [one.probability or 0.0 for one in some]
        fixed = sum(one.became is not None for one in some)
        rate = wilson(fixed, len(some))
        yield RiskBand(name, min(risks), max(risks), len(some), fixed, rate.low, rate.high)


def sum_up_riskiest(answers: Sequence[RiskAnswer], since: datetime | None, most: int) -> RiskiestWork | None:
    """Return the riskiest tenth of some changes, naming so many of them; None where there are too few for a tenth."""
    ranked = rank_by_risk(answers)
    if len(ranked) < _FEWEST_TOLD:
        return None
    top = take_top(ranked)
    return RiskiestWork(
        model=ranked[0].model,
        since=since,
        changes=len(ranked),
        fixed=sum(one.became is not None for one in ranked),
        top=len(top),
        top_fixed=sum(one.became is not None for one in top),
        riskiest=tuple(
            RiskyChange(
                one.id,
                one.subject,
                phrase_measure(one),
                one.words,
                one.became.describe() if one.became else "nothing yet",
            )
            for one in top[:most]
        ),
    )


# What does each step left out, and each habit, add to the share of changes that are fixed later?
#
# Large changes have more of everything, so they are compared at equal size. Changes of one session are alike: each
# session is one witness. What a difference is due to nobody knows: whoever skips a step may also have had the harder
# task.

FEWEST_OF_HABIT: Final = 20
"""Changes with a habit, and without it, below which nothing is said of it (guess, 2026-11-23)."""
_SIZES: Final = 3
"""Parts of the changes by lines added, in each of which habits are compared (guess, 2026-11-23)."""
HABITS: Final[Mapping[str, tuple[str, bool]]] = MappingProxyType(
    {
        "no test after the last edit of code": ("tests_after_edit", False),
        "the last of these tests red": ("last_tests_green", False),
        "red tests on the way": ("red_tests_rate", True),
        "a test run whose status was hidden": ("hidden_status_rate", True),
        "an edit of an unread file": ("agent_blind_edit_rate", True),
        "no plan before the first edit": ("planned", False),
        "no search before the first edit": ("searches_before_edit", False),
        "no read before the first edit": ("agent_read_efficiency", False),
        "a failed edit": ("failed_edit_rate", True),
        "the same call again after a failure": ("retry_rate", True),
        "lines written and taken out again": ("churn_rate", True),
        "a refused call": ("refusals_per_prompt", True),
        "an interrupt": ("interrupts_per_prompt", True),
        "an edit after a compaction": ("edits_after_compaction", True),
        "lines by subagents": ("subagent_lines_rate", True),
    }
)
"""What was done or left undone: a column, and whether more than 0 is it; else 0 is it."""


class LoggedChange(NamedTuple):
    """A change with code and an agent's log."""

    values: Mapping[str, float]
    """By column; NaN where it is not known."""
    bad: bool
    session: Hashable
    group: Hashable = 0
    """Changes are compared within it only, such as a repository."""


def compare_habits(changes: Sequence[LoggedChange]) -> tuple[HabitRisk, ...]:
    """Return what each habit adds, where there are enough changes with it and without it."""
    sizes = _divide_by_size(changes)
    return tuple(
        one
        for habit, (column, above) in HABITS.items()
        if (one := _compare(habit, column, list(_list_cases(changes, sizes, column, above=above)))) is not None
    )


class _Case(NamedTuple):
    session: Hashable
    stratum: Hashable
    has_it: bool
    bad: bool


def _divide_by_size(changes: Sequence[LoggedChange]) -> Sequence[Hashable]:
    """Return the part of its group that each change is in, by its lines added."""
    members: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, one in enumerate(changes):
        members[one.group].append(place)
    parts: dict[int, Hashable] = {}
    for group, places in members.items():
        for rank, place in enumerate(sorted(places, key=lambda at: changes[at].values["la"])):
            parts[place] = (group, rank * _SIZES // len(places))
    return [parts[place] for place in range(len(changes))]


def _list_cases(
    changes: Sequence[LoggedChange], sizes: Sequence[Hashable], column: str, *, above: bool
) -> Iterator[_Case]:
    for one, stratum in zip(changes, sizes, strict=True):
        value = one.values.get(column, math.nan)
        if not math.isnan(value):
            yield _Case(one.session, stratum, (value > 0) == above, one.bad)


def _compare(habit: str, column: str, cases: Sequence[_Case]) -> HabitRisk | None:
    with_it, without = [one for one in cases if one.has_it], [one for one in cases if not one.has_it]
    if min(len(with_it), len(without)) < FEWEST_OF_HABIT:
        return None
    found = compare_clusters(_count_by_session(cases))
    return HabitRisk(
        habit=habit,
        column=column,
        changes=len(with_it),
        fixed=sum(one.bad for one in with_it),
        other_changes=len(without),
        other_fixed=sum(one.bad for one in without),
        adds=(found.difference.estimate, found.difference.low, found.difference.high),
        sessions=found.sessions,
    )


def _count_by_session(cases: Sequence[_Case]) -> list[Cluster]:
    """Return a table for each session: bad and all changes with the habit, bad and all without, by stratum."""
    tables: defaultdict[Hashable, defaultdict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * 4))
    for one in cases:
        side = 0 if one.has_it else 2
        counts = tables[one.session][one.stratum]
        counts[side] += int(one.bad)
        counts[side + 1] += 1
    return [{key: TwoByTwoTable(*counts) for key, counts in some.items()} for some in tables.values()]
