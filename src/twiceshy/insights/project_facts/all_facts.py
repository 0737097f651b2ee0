"""What is known of each project: every kind of fact from the same attempts."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from twiceshy.insights.project_facts.called_commands import find_called_commands, list_uses
from twiceshy.insights.project_facts.fact_words import make_fact
from twiceshy.insights.project_facts.facts_from_insights import read_insights_as_facts
from twiceshy.insights.project_facts.needed_first import find_needed_first
from twiceshy.insights.project_facts.needed_services import find_needed_services
from twiceshy.insights.project_facts.unkept_files import find_unkept_files
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.insights import Insight
from twiceshy.records.outcomes import CallFates
from twiceshy.records.project_facts import ProjectFact, ProjectFactKind

_ORDER = {kind: place for place, kind in enumerate(ProjectFactKind)}
_NO_FATES: Mapping[bytes, CallFates] = MappingProxyType({})


def find_project_facts(
    sessions: Iterable[SessionAttempts],
    fates: Mapping[bytes, CallFates] = _NO_FATES,
    insights: Iterable[Insight] = (),
) -> list[ProjectFact]:
    """Return the facts of each project, projects with most sessions first; within a kind what is most in use first.

    ``fates``: by session, which calls did not stay. ``insights``: of the same sessions; some are facts.
    """
    projects: dict[str, list[SessionAttempts]] = {}
    for session in sessions:
        projects.setdefault(session.project, []).append(session)
    told: dict[str, list[ProjectFact]] = {}
    for fact in read_insights_as_facts(insights):
        told.setdefault(fact.project_identity, []).append(fact)
    found = list[ProjectFact]()
    for identity, mine in sorted(projects.items(), key=lambda item: (-len(item[1]), item[0])):
        facts = [*_find_of_project(identity, mine, fates), *told.get(identity, [])]
        found += sorted(facts, key=lambda fact: _ORDER[fact.kind])
    return found


def _find_of_project(
    identity: str, sessions: Sequence[SessionAttempts], fates: Mapping[bytes, CallFates]
) -> list[ProjectFact]:
    """Return the facts of one project that its attempts tell."""
    uses = list(list_uses(sessions))
    drafts = chain(
        find_called_commands(uses),
        find_needed_first(sessions),
        find_needed_services(sessions, uses),
        find_unkept_files(sessions, fates),
    )
    return [fact for draft in drafts if (fact := make_fact(draft, identity, sessions[-1].project_name))]
