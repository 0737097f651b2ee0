"""Read what judging found of all sessions in scope, as insights about work take it."""

from twiceshy.records.values import Scope
from twiceshy.report.insights.judged_work import JudgedWork
from twiceshy.store.db import Store
from twiceshy.store.reads import judged_work


def read_judgements(store: Store, scope: Scope) -> JudgedWork:
    """Return results, fates and the words of corrections, without the rules of declared workflows."""
    results = judged_work.read_results(store.connection, scope)
    prompts = {one.prompt for result in results.values() for one in result.corrections}
    return JudgedWork(
        results=results,
        fates=judged_work.read_fates(store.connection, scope),
        words=judged_work.read_first_words(store.connection, prompts),
    )
