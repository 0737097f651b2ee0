"""Compare models on like work: calls of the same sort, tasks with about as many edits, in the same project."""

from collections.abc import Iterable

from twiceshy.archive.db import Store
from twiceshy.archive.reads.judgements import read_session_values
from twiceshy.archive.session_results import KIND as RESULTS
from twiceshy.archive.session_results import decode_result
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.config import Config
from twiceshy.base.model_names import name_model
from twiceshy.base.values import Scope
from twiceshy.insights.like_work import TASK_QUESTIONS, compare_overall, list_call_cases, list_task_cases
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.like_work import JudgedSession
from twiceshy.records.report_page import ModelComparison


def compare_models(config: Config, scope: Scope) -> tuple[ModelComparison, ...]:
    """Return each question about models with its answers.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        return compare_answers(list(read_attempts(store.connection, scope)), read_judged(store, scope))


def read_judged(store: Store, scope: Scope) -> list[JudgedSession]:
    """Return the tasks of each judged session in scope; a project is known by its name here."""
    return [
        JudgedSession(
            kept.project_name, kept.project_name, kept.agent, kept.model, decode_result(kept.session, kept.value)
        )
        for kept in read_session_values(store.connection, scope, RESULTS)
    ]


def compare_answers(
    attempts: Iterable[SessionAttempts], judged: Iterable[JudgedSession]
) -> tuple[ModelComparison, ...]:
    """Return each question about models with its answers, from calls and judged tasks that were read."""
    sessions = list(judged)
    calls = compare_overall(list_call_cases(attempts, lambda one: name_model(one.model)))
    tasks = [
        ModelComparison(
            question.slug,
            tuple(compare_overall(list_task_cases(sessions, lambda one: name_model(one.model), question.is_bad))),
        )
        for question in TASK_QUESTIONS
    ]
    return (ModelComparison("failed", tuple(calls)), *tasks)
