"""What habits and models go with over a whole team: compared within each person's work, each person one witness."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from twiceshy.base.values import Verdict
from twiceshy.judgement.outcomes.correlate import SURE
from twiceshy.judgement.outcomes.effect_sentences import name_habit
from twiceshy.records.effects import PooledEffect
from twiceshy.records.team_knowledge import EffectSum, ModelSum
from twiceshy.stats.clusters import RobustComparison
from twiceshy.stats.intervals import false_discovery
from twiceshy.stats.people import compare_people
from twiceshy.stats.strata import TwoByTwoTable

_FEWEST_SIDE = 30
"""Cases of either side, of all people, below which nothing is compared (guess, 2026-11-23: a share of 30 is known to
within 18 points)."""
_FEWEST_PEOPLE = 3
"""People below which a difference is shown and not called one: with two, an interval hangs on how they happen to
agree (measured by ``benchmarks.team_of_ten``, 2026-11-23)."""
_MEASURES: Mapping[str, Callable[[ModelSum], tuple[int, int]]] = {
    "failed-call": lambda one: (one.failed_calls, one.calls),
    "corrected": lambda one: (min(one.corrections, one.prompts), one.prompts),
}
"""Of a model: hits, and of how many."""


class _Question(NamedTuple):
    """One comparison that is to be made."""

    kind: Literal["habit", "model"]
    name: str
    outcome: str
    people: Mapping[bytes, Sequence[TwoByTwoTable]]


def pool_effects(sums: Iterable[EffectSum]) -> list[PooledEffect]:
    """Return each habit beside each outcome, within strata of each person's work."""
    groups: dict[tuple[str, str], dict[bytes, list[TwoByTwoTable]]] = defaultdict(lambda: defaultdict(list))
    for one in sums:
        table = TwoByTwoTable(one.bad_with, one.n_with, one.bad_without, one.n_without)
        groups[one.habit, one.outcome][one.member].append(table)
    return _answer(_Question("habit", habit, outcome, people) for (habit, outcome), people in sorted(groups.items()))


def compare_models(sums: Sequence[ModelSum]) -> list[PooledEffect]:
    """Return each model beside the other models that the same people used in the same projects.

    What kind of work a model was chosen for is not known here: a difference is no proof of what the model does.
    """
    return _answer(
        _Question("model", model, outcome, _tabulate(model, sums, measure))
        for model in sorted({one.model for one in sums})
        for outcome, measure in _MEASURES.items()
    )


def _tabulate(
    model: str, sums: Iterable[ModelSum], measure: Callable[[ModelSum], tuple[int, int]]
) -> dict[bytes, list[TwoByTwoTable]]:
    """Return a model's cases and the others' in each project of each person."""
    cells: dict[tuple[bytes, bytes], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in sums:
        hits, n = measure(one)
        place = 0 if one.model == model else 2
        cells[one.member, one.project][place] += hits
        cells[one.member, one.project][place + 1] += n
    found: dict[bytes, list[TwoByTwoTable]] = defaultdict(list)
    for (member, _), cell in cells.items():
        found[member].append(TwoByTwoTable(*cell))
    return found


def _answer(questions: Iterable[_Question]) -> list[PooledEffect]:
    """Compare what can be compared; what is called a difference is so after all that was asked together."""
    compared = [(one, _count(one), compare_people(one.people.values())) for one in questions]
    told = [(one, n, found) for one, n, found in compared if min(n) >= _FEWEST_SIDE and found.sessions >= 2]
    rates = false_discovery([found.p for _, _, found in told])
    return [
        PooledEffect(
            kind=one.kind,
            name=f"model:{one.name}" if one.kind == "model" else one.name,
            says=_say_sides(one),
            outcome=one.outcome,
            people=found.sessions,
            n=sum(n),
            difference=found.difference.estimate,
            low=found.difference.low,
            high=found.difference.high,
            verdict=_judge(found, q),
        )
        for (one, n, found), q in zip(told, rates, strict=True)
    ]


def _say_sides(question: _Question) -> str:
    """Return what is compared, both sides in words."""
    if question.kind == "model":
        return f"work with {question.name}, beside the same people's work in the same projects with other models"
    unit, _, habit = question.name.rpartition("/")
    done = name_habit(unit, habit)
    return f"{done}, beside other {done.partition(' ')[0]} of the same people"


def _count(question: _Question) -> tuple[int, int]:
    """Return the cases of both sides, in strata that had both."""
    tables = [one for tables in question.people.values() for one in tables if one.n and one.other_n]
    return sum(one.n for one in tables), sum(one.other_n for one in tables)


def _judge(found: RobustComparison, q: float) -> Verdict:
    """Return what may be said."""
    if found.sessions < _FEWEST_PEOPLE:
        return "too-few"
    estimate, low, high = found.difference
    if q > SURE or low <= 0 <= high:
        return "no-difference"
    return "fewer" if estimate < 0 else "more"
