"""A code base, wherever its folders lie."""

from dataclasses import dataclass
from typing import Generic

from twiceshy.records.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Generic[Text]):
    """What tells a project from others, and what people call it."""

    identity: Text
    """``remote:host/owner/name``, ``root:<hash of the first commit>`` or ``folder:<path>``."""
    name: Text
    """Short, for display; several projects may share one."""


RawProject = Project[str]
