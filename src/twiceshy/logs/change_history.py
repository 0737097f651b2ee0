"""The changes behind one commit of a repository, with the lines that each file gained and lost.

Other branches are left out: what they hold may never have been part of the product. Where a copy lacks the content of
some files, these files are left out of the commits that lack it and of all behind them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.logs.git import NUMBERS, parse_commit, stream_records
from twiceshy.logs.git_program import ask_git, stream_git
from twiceshy.records.commits import RawCommit
from twiceshy.records.predictions import Status

# Commits whose patch would be too large to read, and the few texts of theirs that are worth it.
#
# Generated pages, vendored trees and data make histories whose patches are a hundred times what people wrote. So blobs
# are weighed first, by their size alone; a heavy commit gives all its names, and words only of the smaller files that
# look written by hand.

HEAVY = 512 << 10  # bytes that a commit's patch may have (guess, 2026-11-21: more than a change made by hand)
_MOST_HEAVY = 256 << 10  # bytes of texts that are read of a heavier one (guess, 2026-11-21)
_MOST_FILE = 150_000  # bytes of one text (guess, 2026-11-21)
_EDIT_DIVISOR = 4  # a change of a file is taken for a fourth of it (guess, 2026-11-21)
IDS_AT_ONCE = 1000  # ids: they fit into a pipe (the kernel gives it 64 KiB on Linux)
_SUBMODULE = "160000"
NO_WORDS = (".lock", ".min.js", ".min.css", ".map", ".svg", ".csv", ".json.gz", ".po", "package-lock.json", "go.sum")
"""Endings of files that nobody writes by hand; their names count, their words do not."""
DATA = (".json", ".jsonl", ".xml", ".ipynb", ".yaml", ".yml", ".txt", ".html", ".snap")


class FileBlobs(NamedTuple):
    """One file of a commit with its blobs before and after; a rename counts as two files."""

    path: str
    old: str
    """Blob before and after; zeros for none."""
    new: str


class CommitSpan(NamedTuple):
    """The commits of a span, those of them that are heavy, and what the repository lacks."""

    order: list[str]
    """Hashes, oldest first."""
    heavy: dict[str, dict[str, FileBlobs]]
    """Of each heavy commit, in the same order, the files whose texts are read, by path."""
    lost: list[str]
    """Paths of which the repository lacks some version."""


def weigh_commits(repo: Path, span: Sequence[str]) -> CommitSpan:
    """Find out which commits of the span are heavy, and what is not there.

    Reads trees and sizes of blobs, no blob.
    """
    rows = _read_changed_blobs(repo, span)
    sizes = _read_sizes(repo, {blob for here in rows.values() for row in here for blob in row[1:]})
    heavy = {id_: _choose(here, sizes) for id_, here in rows.items() if _weigh(here, sizes) > HEAVY}
    lost = {
        row.path for here in rows.values() for row in here if _is_missing(row.old, sizes) or _is_missing(row.new, sizes)
    }
    return CommitSpan(list(rows), heavy, sorted(lost))


def _read_changed_blobs(repo: Path, span: Sequence[str]) -> dict[str, list[FileBlobs]]:
    """Return the files that each commit changed, oldest commit first."""
    rows: dict[str, list[FileBlobs]] = {}
    form = ("--raw", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules", "--format=%x00%H")
    fields = iter(ask_git(repo, "log", "--reverse", "--date-order", "--no-merges", *form, *span).split("\0"))
    here: list[FileBlobs] = []
    for field in fields:
        if field.lstrip("\n").startswith(":"):
            parts = field.split()
            path = next(fields)
            if _SUBMODULE not in (parts[0][1:], parts[1]):
                here.append(FileBlobs(path, parts[2], parts[3]))
        elif field.strip("\n"):
            here = rows.setdefault(field.strip("\n"), [])
    return rows


def read_chosen_texts(
    repo: Path, names: Sequence[tuple[str, Status, str | None]], chosen: dict[str, FileBlobs]
) -> list[tuple[str, str]]:
    """Return each file's text after and before the commit; empty ones where it was not chosen."""
    texts = _read_texts(repo, {blob for row in chosen.values() for blob in row[1:] if blob.strip("0")})
    found = []
    for path, status, old_path in names:
        after, before = chosen.get(path), chosen.get(old_path or path)
        if after is None or before is None or (status is Status.RENAMED and not old_path):
            found.append(("", ""))
        else:
            found.append((texts.get(after.new, ""), texts.get(before.old, "")))
    return found


def _is_missing(blob: str, sizes: dict[str, int]) -> bool:
    return blob not in sizes and bool(blob.strip("0"))


def _weigh(rows: Sequence[FileBlobs], sizes: dict[str, int]) -> int:
    """Estimate the bytes of the patch; what only moved weighs nothing."""
    moved = {row.old for row in rows} & {row.new for row in rows}
    total = 0
    for row in rows:
        both = [sizes.get(blob, 0) for blob in (row.old, row.new) if blob.strip("0") and blob not in moved]
        total += max(both) // _EDIT_DIVISOR if len(both) == 2 else sum(both)
    return total


def _choose(rows: Iterable[FileBlobs], sizes: dict[str, int]) -> dict[str, FileBlobs]:
    """Return the files that look written by hand, the smallest first, as far as the budget goes."""
    spent = 0
    chosen = {}
    by_hand = (row for row in rows if not row.path.endswith((*NO_WORDS, *DATA)))
    for size, row in sorted((sizes.get(row.old, 0) + sizes.get(row.new, 0), row) for row in by_hand):
        spent += size
        if size > _MOST_FILE or spent > _MOST_HEAVY:
            break
        chosen[row.path] = row
    return chosen


def _split_ids(blobs: set[str]) -> Iterator[list[str]]:
    ids = sorted(blobs)
    return (ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE))


def _read_sizes(repo: Path, blobs: set[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for some in _split_ids(blobs):
        with stream_git(repo, "cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=some) as output:
            rows = (row.split() for row in output.read().decode().splitlines())
            sizes |= {row[0]: int(row[1]) for row in rows if row[1].isdigit()}
    return sizes


def _read_texts(repo: Path, blobs: set[str]) -> dict[str, str]:
    """Return content by blob; binary and missing ones are left out."""
    texts = {}
    for some in _split_ids(blobs):
        with stream_git(repo, "cat-file", "--batch", stdin=some) as output:
            while head := output.readline().split():
                if len(head) == 3:
                    raw = output.read(int(head[2]) + 1)
                    if b"\0" not in raw:
                        texts[head[0].decode()] = raw.decode("utf-8", "backslashreplace")
    return texts


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
