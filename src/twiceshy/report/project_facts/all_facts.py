"""What is known of each project: every kind of fact from the same attempts."""

from collections.abc import Iterable, Sequence

from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.project_facts import ProjectFact, ProjectFactKind
from twiceshy.report.project_facts.called_commands import find_called_commands
from twiceshy.report.project_facts.fact_words import make_fact
from twiceshy.report.project_facts.form_uses import list_uses

_ORDER = {kind: place for place, kind in enumerate(ProjectFactKind)}


def find_project_facts(sessions: Iterable[SessionAttempts]) -> list[ProjectFact]:
    """Return the facts of each project, projects with most sessions first; within a kind what is most in use first."""
    projects: dict[str, list[SessionAttempts]] = {}
    for session in sessions:
        projects.setdefault(session.project, []).append(session)
    ordered = sorted(projects.items(), key=lambda item: (-len(item[1]), item[0]))
    return [fact for identity, mine in ordered for fact in _find_of_project(identity, mine)]


def _find_of_project(identity: str, sessions: Sequence[SessionAttempts]) -> list[ProjectFact]:
    """Return the facts of one project."""
    name = sessions[-1].project_name
    uses = list(list_uses(sessions))
    drafts = [*find_called_commands(uses)]
    found = [fact for draft in drafts if (fact := make_fact(draft, identity, name))]
    return sorted(found, key=lambda fact: _ORDER[fact.kind])
