"""A model or version whose work goes badly more often than others' on like work, significantly, in the same project.

``report.like_work`` compares. A model that came later met another harness and a grown project too, so what is said is
what was seen here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from twiceshy.facts.prices.model_names import name_model
from twiceshy.facts.text.foreign_names import quote_name
from twiceshy.records.insights import InsightKind
from twiceshy.records.like_work import JudgedSession, LikeWork
from twiceshy.records.values import Quoted
from twiceshy.report.insights.draft import CountedCase, InsightDraft
from twiceshy.report.insights.project_history import ProjectHistory
from twiceshy.report.like_work import LEAST_SESSIONS, TASK_QUESTIONS, TaskQuestion, compare_in_projects, list_task_cases

_WORDS = {
    "not-first-pass": "were not right at once",
    "corrected": "were corrected",
    "rolled-back": "were rolled back",
    "tests-red": "ended with red tests",
}
_LEAST_BAD = 5
"""Tasks of one model that went badly, below which nothing is compared (guess, 2026-11-22)."""
_SIDES = 2
"""Models that a comparison needs, by definition."""
_HIDES_S = 300.0
"""Seconds that one task that went badly costs. Guess of 2026-11-22: the half of a task's usual ten minutes."""


def find_worse_models(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each model that did significantly worse on like tasks."""
    judged = _list_judged(history)
    sessions = Counter(one.model for one in judged)
    if sum(n >= LEAST_SESSIONS for n in sessions.values()) < _SIDES:
        return
    for question in TASK_QUESTIONS:
        for row in _compare(judged, question):
            if row.worse:
                yield from _draft(history, question.slug, row)


def _compare(judged: Sequence[JudgedSession], question: TaskQuestion) -> list[LikeWork]:
    """Return each model beside the others; nothing where too little went badly to tell them apart."""
    cases = list(list_task_cases(judged, lambda one: one.model, question.is_bad))
    bad = Counter(one.who for one in cases if one.bad)
    return compare_in_projects(cases) if max(bad.values(), default=0) >= _LEAST_BAD else []


def _list_judged(history: ProjectHistory) -> list[JudgedSession]:
    """Return the sessions of which results and a model are known."""
    return [
        JudgedSession(one.project, one.project_name, one.agent, name_model(one.model), result)
        for one in history.sessions
        if one.model and (result := history.judged.results.get(one.session)) is not None
    ]


def _draft(history: ProjectHistory, question: str, row: LikeWork) -> Iterator[InsightDraft]:
    """Yield the draft of one model; nothing where its name cannot be quoted."""
    name = quote_name(row.who)
    places = sorted(history.find_places({one.uid for one in row.cases}).values())
    if not name or not places:
        return
    yield InsightDraft(
        kind=InsightKind.WORSE_MODEL,
        key=f"{row.who}:{question}",
        says=f"{row.bad.hits} of {row.bad.n} tasks of {name} {_WORDS[question]}, in {row.sessions} sessions; of other "
        f"models' like tasks {100 * row.others:.0f} %, in {row.other_sessions}",
        cases=tuple(CountedCase(place=place) for place in places),
        of=row.bad.n,
        place=name,
        cause=Quoted(""),
        hides_s=_HIDES_S,
    )
