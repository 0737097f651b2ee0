"""What is kept of an older commit so that it can be found, and its message taken as a pattern."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCommit:
    """An older commit, without its diff."""

    commit: str
    author: str
    at: int
    """Committer's time, in seconds since 1970."""
    subject: str
    """Without the number that a host put behind it; other numbers of issues are ``#N``."""
    numbered: bool
    """Whether the host put a number behind it."""
    body: str
    """Without trailers; its beginning where it is long."""
    paths: Sequence[str]
    """The files it touched, by their names after it."""
    names: Sequence[str]
    """Names in its diff, each once, the most frequent first; of very many only these."""
