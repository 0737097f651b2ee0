"""Where is a repository, and at which commit? Two short questions to git."""

from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.logs.git_program import ask_git


class RepositoryPlace(NamedTuple):
    """Where a repository is, and its newest commit."""

    store: Path
    """Its shared git folder: one for all work trees of a repository."""
    head: str | None
    """Hash of the newest commit; None where there is none yet."""
    shallow: bool
    """Whether the history was cut when the repository was cloned."""
    prefix: str
    """Path of the given folder below the top, with ``/`` at its end; empty at the top."""


def locate_repository(repo: Path) -> RepositoryPlace:
    """Ask git where the repository of the folder is, and at which commit.

    Raises:
        ToolMissing: there is no git.
        SourceError: this is no repository.
    """
    asked = ("--path-format=absolute", "--git-common-dir", "--is-shallow-repository", "--show-prefix")
    store, shallow, prefix, *_ = [*ask_git(repo, "rev-parse", *asked).split("\n"), ""]
    head = ask_git(repo, "rev-parse", "--verify", "-q", "HEAD", accept=(0, 1)).strip()
    return RepositoryPlace(Path(store), head or None, shallow == "true", prefix)


def is_ancestor(repo: Path, ancestor: str, head: str) -> bool:
    """Tell whether ``ancestor`` is in the history of ``head``; false after a rewrite."""
    try:
        ask_git(repo, "merge-base", "--is-ancestor", ancestor, head)
    except SourceError:
        return False
    return True
