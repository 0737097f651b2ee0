"""The patch-id of several commits together: what a squash of them would have.

One git compares all pairs of trees; the words are those of ``logs.git``, so that the numbers are the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from twiceshy.logs.git import LARGEST_PATCH, PATCH
from twiceshy.logs.git_patch import START, PatchId, split_files
from twiceshy.logs.git_program import stream_git

_RENAMES: Final = ("-M", "-l1000")
_AT_ONCE: Final = 90
"""Pairs given to one git: those of SHA-256 fit into a pipe whole (``git_lines.AT_ONCE_BYTES``, guess of 2026-11-21)."""
_HASHES: Final = {40: "sha1", 64: "sha256"}


class TreePair(NamedTuple):
    """Two trees, by their hashes."""

    before: str
    after: str


def read_range_patch_ids(repo: Path, pairs: Iterable[TreePair]) -> dict[TreePair, str]:
    """Return the patch-id of the difference of each pair; pairs of which git lacks a tree are left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    wanted = [one for one in dict.fromkeys(pairs) if one.before != one.after]
    found: dict[TreePair, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        there = _find_present(repo, {tree for one in some for tree in one})
        some = [one for one in some if there.issuperset(one)]
        if some:
            found |= _hash_pairs(repo, some)
    return found


def _hash_pairs(repo: Path, pairs: Sequence[TreePair]) -> dict[TreePair, str]:
    headings = {f"{one.before} {one.after}\n": one for one in pairs}
    words = ("--stdin", "-r", *_RENAMES, *PATCH, "--no-color")
    with stream_git(repo, "diff-tree", *words, stdin=(line.rstrip() for line in headings)) as output:
        return dict(_split_answers(output, {line.encode(): one for line, one in headings.items()}))


def _find_present(repo: Path, trees: Iterable[str]) -> set[str]:
    """Return those of these trees that the repository has."""
    with stream_git(repo, "cat-file", "--batch-check", stdin=sorted(trees)) as output:
        rows = (row.split() for row in output.read().decode().splitlines())
        return {row[0] for row in rows if len(row) == 3 and row[1] == "tree"}


def _split_answers(output: IO[bytes], headings: dict[bytes, TreePair]) -> Iterator[tuple[TreePair, str]]:
    """Yield what git printed of each pair: its heading is a line of two hashes that was asked for."""
    pair: TreePair | None = None
    patch: list[bytes] = []
    size = 0
    for row in output:
        if row in headings:
            if pair is not None and (found := _hash_patch(pair, b"".join(patch))):
                yield pair, found
            pair, patch, size = headings[row], [], 0
        elif (size := size + len(row)) <= LARGEST_PATCH:
            patch.append(row)
        else:
            pair = None
    if pair is not None and (found := _hash_patch(pair, b"".join(patch))):
        yield pair, found


def _hash_patch(pair: TreePair, patch: bytes) -> str | None:
    patch_id = PatchId(_HASHES.get(len(pair.before), "sha1"))
    at = patch.find(START)
    for header, hunks in split_files(patch[at:]) if at >= 0 else ():
        patch_id.add(header, hunks)
    return patch_id.hexdigest()
