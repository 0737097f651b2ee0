"""What commits changed, as git prints it: a stream of patches, one in memory at a time.

Of a merge it is the difference from its first parent. There are ten lines of context, so that changes near each other
are one hunk.
"""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.logs.git import split_records
from twiceshy.logs.git_program import stream_git

NAMES_AT_ONCE: Final = 500
"""Hashes given to one git (by definition so many that those of SHA-256 fit into a pipe whole, 64 KiB on Linux)."""
_WORDS: Final = (
    "--no-walk=unsorted",
    "--ignore-missing",
    "--stdin",
    "-m",
    "--first-parent",
    "-p",
    "-U10",
    "-M",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--submodule=short",
    "--no-color",
    "--no-notes",
    "--no-decorate",
)


class CommitDiff(NamedTuple):
    """What one commit changed."""

    commit: str
    has_parents: bool
    """False too where a shallow clone was cut off: then the patch is the whole tree."""
    patch: str | None
    """From the first ``diff --git`` on; empty where nothing changed, None where git could not end it."""


def read_diffs(repo: Path, names: Sequence[str]) -> Iterator[CommitDiff]:
    """Yield what each of these commits changed, in their order; those that are not there are left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository, or, after what could be read, all of it.
    """
    mark = b"\0" + secrets.token_hex(8).encode() + b"\0"  # no content can look like it
    form = f"--format=%x00{mark[1:-1].decode()}%x00%H%x00%P%x00"
    wanted = frozenset(names)  # of no name that it knows git tells what is checked out
    held: CommitDiff | None = None  # git may end in the midst of a patch, and says so afterwards
    try:
        with stream_git(repo, "log", *_WORDS, form, stdin=names) as output:
            for found in (_parse(record) for record, _ in split_records(output, mark)):
                yield from _list(held)
                held = found if found.commit in wanted else None
    except SourceError:
        yield from _list(held and held._replace(patch=None))
        raise
    yield from _list(held)


def _list(one: CommitDiff | None) -> Sequence[CommitDiff]:
    return () if one is None else (one,)


def _parse(record: bytes) -> CommitDiff:
    commit, parents, patch = record.split(b"\0", 2)
    return CommitDiff(commit.decode(), bool(parents), patch.decode("utf-8", "backslashreplace").lstrip("\n"))
