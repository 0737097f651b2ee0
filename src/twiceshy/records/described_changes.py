"""A change together with what its author wrote about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class DescribedFile(NamedTuple):
    """What happened to one file."""

    path: str
    """From the repository's top; its last name where it went."""
    old_path: str
    """Its name before; empty where it is new, equal to ``path`` where it only changed."""
    gone: bool
    heads: Sequence[str]
    """What git prints behind the position of each hunk: mostly the function around it."""
    removed: Sequence[str]
    """The lines that went; not all of them where there are very many."""
    added: Sequence[str]
    changed_lines: int
    """All lines that went or came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedChange:
    """One commit."""

    commit: str
    parents: int
    author: str
    """What stands for the author's address; empty for none."""
    by_program: bool
    """Whether the author's name says that it is a program."""
    at: int
    """Committer's time, in seconds since 1970."""
    subject: str
    body: str
    """Behind the subject, trailers too."""
    files: Sequence[DescribedFile]
    whole: bool
    """False where the patch was too large to be read whole."""
    redacted: bool
    """Whether something was taken out of the subject; of bodies often the addresses in trailers are."""
