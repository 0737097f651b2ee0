"""All groups of columns, in the order in which tables have them."""

from twiceshy_git.predict.risk.feature_group import FeatureGroup
from twiceshy_git.predict.risk.groups.agent_work import AgentWork
from twiceshy_git.predict.risk.groups.author_experience import AuthorExperience
from twiceshy_git.predict.risk.groups.change_size import ChangeSize
from twiceshy_git.predict.risk.groups.change_words import ChangeWords
from twiceshy_git.predict.risk.groups.changed_kinds import ChangedKinds
from twiceshy_git.predict.risk.groups.code_shapes import CodeShapes
from twiceshy_git.predict.risk.groups.file_past import FilesPast

_GROUPS: tuple[type[FeatureGroup], ...] = (
    ChangeSize,
    FilesPast,
    AuthorExperience,
    ChangeWords,
    AgentWork,
    ChangedKinds,
    CodeShapes,
)
"""A group is a module and a row here."""


def make_groups() -> list[FeatureGroup]:
    """Return each group, knowing nothing yet."""
    return [make() for make in _GROUPS]
