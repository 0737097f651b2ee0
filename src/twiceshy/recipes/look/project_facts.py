"""Read what is known of how things are done in each project, and the calls that prove it."""

from dataclasses import replace

from twiceshy.advice.recipes.kept_project_facts import find_facts
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads.calls import read_proof_calls
from twiceshy.archive.reads.commits import read_commits_at
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records import ids
from twiceshy.records.project_facts import FactStory, ProjectFact


def read_project_facts(config: Config, scope: Scope) -> list[ProjectFact]:
    """Return the facts of each project in scope, the project with most sessions first.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        found = find_facts(store, scope)
        moments = {(fact.project_identity, fact.last_at) for fact in found if fact.last_at is not None}
        commits = read_commits_at(store.connection, sorted(moments))
    return [
        replace(fact, commit=commits.get((fact.project_identity, fact.last_at), "") if fact.last_at else "")
        for fact in found
    ]


def read_fact_story(config: Config, name: str) -> FactStory:
    """Return the fact whose id begins so, with the calls that it counts.

    Raises:
        NotFound: no fact, or more than one, has such an id.
    """
    start = ids.parse_prefix(name) or ids.IdPrefix(ids.FACT, "")
    typed = f"{ids.FACT}-{start.digits}"
    found = [fact for fact in read_project_facts(config, Scope()) if fact.id.startswith(typed)]
    if len(found) != 1:
        raise make_id_error(
            start, [f"{fact.id}  {fact.project}: {fact.says}" for fact in found], "twiceshy report facts"
        )
    with Store.open(config.home, readonly=True) as store:
        return FactStory(fact=found[0], calls=read_proof_calls(store.connection, found[0].cases))
