"""Which lines did commits take out and put in? One ``git log`` over the named commits, read as a stream."""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from twiceshy.capture.git import split_records
from twiceshy.capture.git_blame import unquote_name
from twiceshy.capture.git_patch import split_files
from twiceshy.capture.git_program import stream_git
from twiceshy.errors import SourceError
from twiceshy.records.line_changes import CommitLines, FileLines

_WORDS: Final = (
    "--no-walk=unsorted",
    "--ignore-missing",
    "--stdin",
    "-p",
    "-U0",
    "-w",
    "-M",
    "-l400",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--diff-algorithm=myers",
    "--ignore-submodules",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--no-notes",
    "--no-decorate",
)
_MOST_GAPS: Final = 50
"""Times that reading goes on behind a commit whose contents are not there (guess, 2026-11-23)."""


def read_line_changes(repo: Path, names: Sequence[str]) -> Iterator[CommitLines]:
    """Yield the changed lines of each of these commits, in their order.

    What git cannot read is passed over, and so is a commit whose patch has more than ``LARGEST_PATCH`` bytes.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    at = 0
    for gap in range(_MOST_GAPS + 1):
        try:
            for found, whole in _read(repo, names[at:]):
                at += 1
                if whole:
                    yield found
        except SourceError:
            if gap == _MOST_GAPS:
                raise
            at += 1
        else:
            return


def _read(repo: Path, names: Sequence[str]) -> Iterator[tuple[CommitLines, bool]]:
    mark = b"\0" + secrets.token_hex(8).encode() + b"\0"  # no content can look like it
    form = f"--format=%x00{mark[1:-1].decode()}%x00%H%x00"
    held: tuple[CommitLines, bool] | None = None  # git may end in the midst of a patch, and says so afterwards
    with stream_git(repo, "log", *_WORDS, form, stdin=names) as output:
        for record, whole in split_records(output, mark):
            if held:
                yield held
            commit, _, patch = record.partition(b"\0")
            files = [_parse_file(*one) for one in split_files(patch)] if whole else []
            held = CommitLines(commit.decode(), files), whole
    if held:
        yield held


def _parse_file(header: bytes, hunks: bytes) -> FileLines:
    rows = header.decode("utf-8", "backslashreplace").split("\n")[1:]
    old = _find_name(rows, "--- ", "rename from ", "a/")
    new = _find_name(rows, "+++ ", "rename to ", "b/")
    lines = hunks.decode("utf-8", "replace").split("\n")
    return FileLines(
        new, old, [line[1:] for line in lines if line[:1] == "-"], [line[1:] for line in lines if line[:1] == "+"]
    )


def _find_name(rows: Sequence[str], start: str, rename: str, prefix: str) -> str:
    r"""Return the file's name on one side; empty where it is not there, or nothing but its mode changed.

    >>> _find_name(["--- a/x y\t", "+++ /dev/null"], "--- ", "rename from ", "a/")
    'x y'
    """
    for row in rows:
        if row.startswith(rename):
            return unquote_name(row.removeprefix(rename))
        if row.startswith(start):
            name = unquote_name(row.removeprefix(start).removesuffix("\t"))
            return name.removeprefix(prefix) if name != "/dev/null" else ""
    return ""
