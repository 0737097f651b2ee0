"""Find what is known of how things are done in each project, and keep what a brief says of it."""

from twiceshy.config import Config
from twiceshy.records.project_facts import KeptFact, ProjectFact
from twiceshy.records.values import Scope
from twiceshy.report.insights.find_insights import find_insights
from twiceshy.report.insights.project_history import group_by_project
from twiceshy.report.project_facts.all_facts import find_project_facts
from twiceshy.store.db import Store
from twiceshy.store.kept_facts import KeptProject, keep_facts
from twiceshy.store.reads.fates_in_scope import read_fates_in_scope
from twiceshy.store.stored_attempts import read_attempts


def find_facts(store: Store, scope: Scope) -> list[ProjectFact]:
    """Return the facts of each project in scope, the project with most sessions first."""
    sessions = list(read_attempts(store.connection, scope))
    insights = find_insights(group_by_project(sessions), lambda _session, _begin, _end: None)
    return find_project_facts(sessions, read_fates_in_scope(store.connection, scope), insights)


def keep_project_facts(config: Config) -> int:
    """Keep for briefs what is known of each project; return how many facts that are."""
    with Store.open(config.home) as store:
        found = find_facts(store, Scope())
        projects: dict[str, list[ProjectFact]] = {}
        for fact in found:
            projects.setdefault(fact.project_identity, []).append(fact)
        kept = [
            KeptProject(identity, mine[0].project, tuple(_shorten(fact) for fact in mine))
            for identity, mine in projects.items()
        ]
        with store.begin_writing() as connection:
            keep_facts(connection, kept)
    return len(found)


def _shorten(fact: ProjectFact) -> KeptFact:
    """Return what a brief needs of a fact."""
    return KeptFact(fact.kind, fact.says, fact.command, fact.folder, fact.worked, fact.n, fact.median_s)
