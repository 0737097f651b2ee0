"""Sum up how near each way of answering came, with intervals by session."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random
from statistics import fmean
from typing import Final, NamedTuple

from benchmarks.edits.edit_figures import AnswererFigures
from benchmarks.edits.edit_marks import EditMarks, mark_answer
from benchmarks.edits.edit_replay import KEEP, AnsweredEdit
from twiceshy.stats.intervals import Interval, bootstrap_clusters

_ROUNDS: Final = 1000
"""Drawings of the bootstrap (convention)."""
_SEED: Final = 26


class MarkedEdit(NamedTuple):
    """One question with the marks of every answer."""

    project: str
    session: str
    repeated: bool
    answered: frozenset[str]
    """Names of those that said anything."""
    marks: Mapping[str, EditMarks]


def mark_edit(answered: AnsweredEdit, further: Mapping[str, str | None] | None = None) -> MarkedEdit:
    """Return the marks of the baselines' answers, and of further ones."""
    answers = {**answered.answers, **(further or {})}
    edit = answered.hidden.edit
    return MarkedEdit(
        answered.hidden.question.project,
        answered.hidden.question.session,
        answered.repeated,
        frozenset(name for name, answer in answers.items() if answer is not None),
        {name: mark_answer(edit.old, answer, edit.new) for name, answer in answers.items()},
    )


def find_best(marked: Sequence[MarkedEdit], names: Sequence[str]) -> str:
    """Return which of these is the most similar on the mean; the first of equal ones."""
    return max(names, key=lambda name: fmean(one.marks[name].similarity for one in marked))


def sum_up(marked: Sequence[MarkedEdit], name: str, best: str) -> AnswererFigures:
    """Return the figures of one way, beside the old text and the best baseline."""
    marks = [one.marks[name] for one in marked]
    new = [one.marks[name].exact for one in marked if not one.repeated]
    return AnswererFigures(
        name=name,
        answered=fmean(name in one.answered for one in marked),
        exact=fmean(one.exact for one in marks),
        exact_new=fmean(new) if new else 0.0,
        near=fmean(one.near for one in marks),
        similarity=fmean(one.similarity for one in marks),
        lines=fmean(one.lines for one in marks),
        gain=None if name == KEEP else _to_triple(compare_answers(marked, name, KEEP)),
        lead=None if name == best else _to_triple(compare_answers(marked, name, best)),
        near_lead=None if name == best else _to_triple(compare_answers(marked, name, best, "near")),
    )


def compare_answers(marked: Sequence[MarkedEdit], ours: str, theirs: str, measure: str = "similarity") -> Interval:
    """Return the mean of one less that of another, with its 95 % interval from drawing sessions again.

    ``measure`` is a field of ``EditMarks``.
    """
    clusters: defaultdict[str, list[float]] = defaultdict(list)
    for one in marked:
        more = getattr(one.marks[ours], measure) - getattr(one.marks[theirs], measure)
        clusters[one.session].append(float(more))
    sums = [(sum(values), len(values)) for values in clusters.values()]
    rng = Random(_SEED)  # resampling, no secret
    return bootstrap_clusters(sums, _mean, rng, rounds=_ROUNDS)


def _to_triple(interval: Interval) -> tuple[float, float, float]:
    return interval.estimate, interval.low, interval.high


def _mean(drawn: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in drawn) / sum(times for _, times in drawn)
