"""Every remedy that may be proposed in a scope: of insights, and of project facts."""

from twiceshy.config import Config
from twiceshy.flows.look.insights import list_insights
from twiceshy.flows.look.project_facts import read_project_facts
from twiceshy.records.suggestions import RemedyProposal
from twiceshy.records.values import Scope
from twiceshy.remedy.proposals import propose_remedies


def read_proposals(config: Config, scope: Scope) -> list[RemedyProposal]:
    """Return the proposals, the one that saves most first."""
    return propose_remedies(list_insights(config, scope).insights, read_project_facts(config, scope))
