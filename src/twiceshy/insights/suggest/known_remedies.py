"""Every remedy that may be proposed in a scope: of insights, and of project facts."""

from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.insights.remedy.proposals import propose_remedies
from twiceshy.recipes.look.insights import list_insights
from twiceshy.recipes.look.project_facts import read_project_facts
from twiceshy.records.suggestions import RemedyProposal


def read_proposals(config: Config, scope: Scope) -> list[RemedyProposal]:
    """Return the proposals, the one that saves most first."""
    return propose_remedies(list_insights(config, scope).insights, read_project_facts(config, scope))
