"""Which lines did commits take out and put in? One ``git log`` over the named commits, read as a stream."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from twiceshy.logs.git_blame import unquote_name
from twiceshy.logs.git_patch import split_files
from twiceshy.logs.git_patches import read_patches
from twiceshy.records.line_changes import CommitLines, FileLines

_WORDS: Final = ("-w", "-M", "-l400", "--src-prefix=a/", "--dst-prefix=b/")
_COUNTED: Final = ("--root", "-U3", "-M", "-l1000", "--indent-heuristic", "--src-prefix=a/", "--dst-prefix=b/")
"""As ``git.NUMBERS`` and ``git.PATCH``: without lines around a change git may call other ones of equal lines new."""
_HUNK: Final = re.compile(rb"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def read_line_changes(repo: Path, names: Sequence[str]) -> Iterator[CommitLines]:
    """Yield the changed lines of each of these commits, in their order.

    What git cannot read is passed over, and so is a commit whose patch has more than ``LARGEST_PATCH`` bytes.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    for record, whole in read_patches(repo, names, "%H%x00", _WORDS):
        if whole:
            commit, _, patch = record.partition(b"\0")
            yield CommitLines(commit.decode(), [_parse_file(*one) for one in split_files(patch)])


def _parse_file(header: bytes, hunks: bytes) -> FileLines:
    rows = header.decode("utf-8", "backslashreplace").split("\n")[1:]
    old = find_side_name(rows, "--- ", "rename from ", "a/")
    new = find_side_name(rows, "+++ ", "rename to ", "b/")
    lines = hunks.decode("utf-8", "replace").split("\n")
    return FileLines(
        new, old, [line[1:] for line in lines if line[:1] == "-"], [line[1:] for line in lines if line[:1] == "+"]
    )


def find_side_name(rows: Sequence[str], start: str, rename: str, prefix: str) -> str:
    r"""Return the file's name on one side; empty where it is not there, or nothing but its mode changed.

    >>> find_side_name(["--- a/x y\t", "+++ /dev/null"], "--- ", "rename from ", "a/")
    'x y'
    """
    for row in rows:
        if row.startswith(rename):
            return unquote_name(row.removeprefix(rename))
        if row.startswith(start):
            name = unquote_name(row.removeprefix(start).removesuffix("\t"))
            return name.removeprefix(prefix) if name != "/dev/null" else ""
    return ""


def read_line_numbers(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, dict[str, tuple[set[int], set[int]]]]]:
    """Yield each of these commits with the numbers of the lines that each file gained and lost, by its name there.

    They are those that ``git log --numstat`` counts as ``logs.git`` asks for it. A commit whose patch is too large
    has no file.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    for record, whole in read_patches(repo, names, "%H%x00", _COUNTED):
        commit, _, patch = record.partition(b"\0")
        files = [_number_file(*one) for one in split_files(patch)] if whole else []
        yield commit.decode(), {name: (added, removed) for name, added, removed in files}


def _number_file(header: bytes, hunks: bytes) -> tuple[str, set[int], set[int]]:
    """Return the file's name, and the numbers of the lines that it gained and lost."""
    rows = header.decode("utf-8", "backslashreplace").split("\n")[1:]
    added, removed = set[int](), set[int]()
    was = now = 0
    for line in hunks.split(b"\n"):
        if found := _HUNK.match(line):
            was, now = int(found[1]), int(found[2])
        elif line[:1] == b"+":
            added.add(now)
            now += 1
        elif line[:1] == b"-":
            removed.add(was)
            was += 1
        elif line[:1] == b" ":
            was, now = was + 1, now + 1
    return find_side_name(rows, "+++ ", "rename to ", "b/"), added, removed
