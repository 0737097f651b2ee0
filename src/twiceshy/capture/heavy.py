"""Commits whose patch would be too large to read, and the few texts of theirs that are worth it.

Generated pages, vendored trees and data make histories whose patches are a hundred times what people wrote. So blobs
are weighed first, by their size alone; a heavy commit gives all its names, and words only of the smaller files that
look written by hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture.git_program import ask_git, git_output
from twiceshy.records.changes import Status

HEAVY = 512 << 10  # bytes that a commit's patch may have (guess: several times a large change made by hand)
MOST_HEAVY = 256 << 10  # bytes of texts that are read of a heavier one (guess)
MOST_FILE = 150_000  # bytes of one text
EDITED = 4  # a change of a file is taken for a fourth of it (guess)
ASKED_AT_ONCE = 1000  # ids: what a pipe holds before anybody reads at its other end
SUBMODULE = "160000"
NO_WORDS = (".lock", ".min.js", ".min.css", ".map", ".svg", ".csv", ".json.gz", ".po", "package-lock.json", "go.sum")
"""Endings of files that nobody writes by hand; their names count, their words do not."""
DATA = (".json", ".jsonl", ".xml", ".ipynb", ".yaml", ".yml", ".txt", ".html", ".snap")


class Row(NamedTuple):
    """One file of a commit, renames taken apart."""

    path: str
    old: str
    """Blob before and after; zeros for none."""
    new: str


class Weighed(NamedTuple):
    """The commits of a span."""

    order: list[str]
    """Hashes, oldest first."""
    heavy: dict[str, dict[str, Row]]
    """Of each heavy commit, in the same order, the files whose texts are read, by path."""
    lost: list[str]
    """Paths of which the repository lacks some version."""


def weighed(repo: Path, span: Sequence[str]) -> Weighed:
    """Which commits of the span are heavy, and what is not there. Reads trees and sizes of blobs, no blob."""
    rows: dict[str, list[Row]] = {}
    form = ("--raw", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules", "--format=%x00%H")
    fields = iter(ask_git(repo, "log", "--reverse", "--date-order", "--no-merges", *form, *span).split("\0"))
    here: list[Row] = []
    for field in fields:
        if field.lstrip("\n").startswith(":"):
            parts = field.split()
            path = next(fields)
            if SUBMODULE not in (parts[0][1:], parts[1]):
                here.append(Row(path, parts[2], parts[3]))
        elif field.strip("\n"):
            here = rows.setdefault(field.strip("\n"), [])
    sizes = _sizes(repo, {blob for here in rows.values() for row in here for blob in row[1:]})
    heavy = {id_: _chosen(here, sizes) for id_, here in rows.items() if _weight(here, sizes) > HEAVY}
    lost = {row.path for here in rows.values() for row in here if _lacks(row.old, sizes) or _lacks(row.new, sizes)}
    return Weighed(list(rows), heavy, sorted(lost))


def whole_texts(
    repo: Path, names: Sequence[tuple[str, Status, str | None]], chosen: dict[str, Row]
) -> list[tuple[str, str]]:
    """Text after and before the commit of each file; empty ones where it was not chosen."""
    texts = _texts(repo, {blob for row in chosen.values() for blob in row[1:] if blob.strip("0")})
    found = []
    for path, status, old_path in names:
        after, before = chosen.get(path), chosen.get(old_path or path)
        if after is None or before is None or (status is Status.RENAMED and not old_path):
            found.append(("", ""))
        else:
            found.append((texts.get(after.new, ""), texts.get(before.old, "")))
    return found


def _lacks(blob: str, sizes: dict[str, int]) -> bool:
    return blob not in sizes and bool(blob.strip("0"))


def _weight(rows: Sequence[Row], sizes: dict[str, int]) -> int:
    """Bytes that the patch has, about: what only moved weighs nothing."""
    moved = {row.old for row in rows} & {row.new for row in rows}
    total = 0
    for row in rows:
        both = [sizes.get(blob, 0) for blob in (row.old, row.new) if blob.strip("0") and blob not in moved]
        total += max(both) // EDITED if len(both) == 2 else sum(both)
    return total


def _chosen(rows: Iterable[Row], sizes: dict[str, int]) -> dict[str, Row]:
    """The files that look written by hand, the smallest first, as far as the budget goes."""
    spent = 0
    chosen = {}
    by_hand = (row for row in rows if not row.path.endswith((*NO_WORDS, *DATA)))
    for size, row in sorted((sizes.get(row.old, 0) + sizes.get(row.new, 0), row) for row in by_hand):
        spent += size
        if size > MOST_FILE or spent > MOST_HEAVY:
            break
        chosen[row.path] = row
    return chosen


def _portions(blobs: set[str]) -> Iterator[list[str]]:
    ids = sorted(blobs)
    return (ids[start : start + ASKED_AT_ONCE] for start in range(0, len(ids), ASKED_AT_ONCE))


def _sizes(repo: Path, blobs: set[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for some in _portions(blobs):
        with git_output(repo, "cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=some) as output:
            rows = (row.split() for row in output.read().decode().splitlines())
            sizes |= {row[0]: int(row[1]) for row in rows if row[1].isdigit()}
    return sizes


def _texts(repo: Path, blobs: set[str]) -> dict[str, str]:
    """Content by blob; binary and missing ones are left out."""
    texts = {}
    for some in _portions(blobs):
        with git_output(repo, "cat-file", "--batch", stdin=some) as output:
            while head := output.readline().split():
                if len(head) == 3:
                    raw = output.read(int(head[2]) + 1)
                    if b"\0" not in raw:
                        texts[head[0].decode()] = raw.decode("utf-8", "backslashreplace")
    return texts
