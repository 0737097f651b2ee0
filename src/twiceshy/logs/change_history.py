"""The changes behind one commit of a repository, with the lines that each file gained and lost.

Other branches are left out: what they hold may never have been part of the product. Where a copy lacks the content of
some files, these files are left out of the commits that lack it and of all behind them.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.logs.git import NUMBERS, parse_commit, stream_records
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.large_commits import weigh_commits
from twiceshy.records.commits import RawCommit

_MOST_LOST: Final = 50
"""Files that may be left out (guess, 2026-11-23: a damaged copy lacks a few; one without contents lacks all)."""


def read_change_history(
    repo: Path, head: str, *, salt: bytes = b"", known: Collection[str] = (), paths: Collection[str] = ()
) -> Iterator[RawCommit]:
    """Yield the commits behind ``head`` and not behind ``known`` hashes, parents first; merges without files.

    ``paths``: pathspecs, where not all files are asked for.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository, or, after what could be read, all of it.
    """
    span = [head, *(f"^{one}" for one in sorted(known))]
    seen = set()
    try:
        for one in _hold_back(_read(repo, span, salt, paths)):
            seen.add(one.hash)
            yield one
    except SourceError:
        lost = weigh_commits(repo, span).lost
        if not 0 < len(lost) <= _MOST_LOST:
            raise
        rest = [*(paths or ["."]), *(f":(top,exclude,literal){path}" for path in lost)]
        yield from (one for one in _read(repo, span, salt, rest) if one.hash not in seen)


def list_change_names(repo: Path, since: str = "") -> list[str]:
    """Return the hashes of the commits behind HEAD and not behind ``since``, without merges, parents first.

    Raises:
        ToolMissing: there is no git.
        SourceError: git cannot list them.
    """
    behind = (f"^{since}",) if since else ()
    return ask_git(repo, "rev-list", "--no-merges", "--topo-order", "--reverse", "HEAD", *behind).split()


def count_changes(repo: Path, since: str = "") -> int:
    """Return how many commits ``list_change_names`` lists.

    Raises:
        ToolMissing: there is no git.
        SourceError: git cannot count them.
    """
    behind = (f"^{since}",) if since else ()
    return int(ask_git(repo, "rev-list", "--no-merges", "--count", "HEAD", *behind))


def _read(repo: Path, span: Collection[str], salt: bytes, paths: Collection[str]) -> Iterator[RawCommit]:
    words = ["--topo-order", "--reverse", *NUMBERS]
    if paths:
        words += ["--full-history", "--sparse", "--", *paths]
    for record, _ in stream_records(repo, words, span):
        yield parse_commit(record, salt, look_into=False)


def _hold_back(commits: Iterator[RawCommit]) -> Iterator[RawCommit]:
    """Yield each commit once the next has come: at one that git could not read its output ends, without the files."""
    held = next(commits, None)
    for one in commits:
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held
