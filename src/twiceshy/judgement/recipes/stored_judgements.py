"""Read what judging found of all sessions in scope, as insights about work take it."""

from twiceshy.archive.db import Store
from twiceshy.archive.reads import judged_work
from twiceshy.base.values import Scope
from twiceshy.judgement.outcomes.judged_work import JudgedWork


def read_judgements(store: Store, scope: Scope) -> JudgedWork:
    """Return results, fates and the words of corrections, without the rules of declared workflows."""
    results = judged_work.read_results(store.connection, scope)
    prompts = {one.prompt for result in results.values() for one in result.corrections}
    return JudgedWork(
        results=results,
        fates=judged_work.read_fates(store.connection, scope),
        words=judged_work.read_first_words(store.connection, prompts),
    )
