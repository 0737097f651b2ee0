"""The commits of a repository that lacks contents: a partial clone, or one whose objects were lost.

``git log -p`` ends at the first content that is not there, and with it everything behind it. Here the history is read
in groups: commits whose contents are all there as ``git.read_commits`` reads them, the others with the names of their
files and without lines. Where not even the trees are there, only the messages are read.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.logs.git import FIELDS, NUMBERS, PATCH, list_tips, parse_commit, stream_records
from twiceshy.logs.git_program import stream_git
from twiceshy.records.commits import CommitFile, RawCommit

_AT_ONCE: Final = 500
"""Commits a group (guess, 2026-11-22): two calls of git for each, whose names fit into a pipe."""
_ALONE: Final = "--no-walk=unsorted"
_NAMES: Final = ("--raw", "--no-renames", "--no-abbrev")
_BARE: Final = ("--no-patch",)
_SUBMODULE: Final = b"160000"


def read_partly(repo: Path, *, salt: bytes, known: Collection[str] = ()) -> Iterator[RawCommit]:
    """Yield the commits behind any of ``list_tips`` and not behind ``known`` hashes, parents first.

    Raises:
        ToolMissing: there is no git.
        SourceError: git cannot even list the commits, or, after what could be read, read the rest of their messages.
    """
    span = [*sorted(list_tips(repo)), *(f"^{tip}" for tip in sorted(known))]
    order = _list_lines(repo, "rev-list", "--ignore-missing", "--topo-order", "--reverse", "--stdin", names=span)
    yield from _read_groups(repo, order, _find_missing(repo, span), salt)


def list_history(repo: Path, newest: int = 0) -> list[str]:
    """Return the hashes of all commits behind any of ``list_tips``, or of the newest so many, parents first.

    Raises:
        ToolMissing: there is no git.
        SourceError: git cannot list the commits.
    """
    cut = (f"-n{newest}",) if newest else ()
    words = ("rev-list", "--ignore-missing", "--topo-order", "--reverse", *cut, "--stdin")
    tips = sorted(list_tips(repo))
    return _list_lines(repo, *words, names=tips) if tips else []


def read_named(repo: Path, names: Sequence[str], *, salt: bytes) -> Iterator[RawCommit]:
    """Yield the commits of these hashes in their order, each as far as its contents are there.

    Raises:
        ToolMissing: there is no git.
        SourceError: git cannot read the repository, or, after what could be read, the rest of the messages.
    """
    at = 0
    try:
        for record, whole in stream_records(repo, (_ALONE, *NUMBERS, *PATCH), names):
            yield parse_commit(record, salt, look_into=whole)
            at += 1
    except SourceError:  # a content is missing, or damaged: it must not cost the commits behind it
        yield from _read_groups(repo, names[at:], _find_missing(repo, names[at:]), salt)


def read_messages(repo: Path, names: Sequence[str], *, salt: bytes) -> Iterator[RawCommit]:
    """Yield the commits of these hashes without their files: cheap, as no content is looked at.

    Raises:
        ToolMissing: there is no git.
        SourceError: git cannot read the repository.
    """
    for start in range(0, len(names), _AT_ONCE):
        yield from _read(repo, names[start : start + _AT_ONCE], _BARE, salt)


def _read_groups(repo: Path, order: Sequence[str], missing: frozenset[bytes], salt: bytes) -> Iterator[RawCommit]:
    """Yield commits in their order, group by group."""
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        found = {one.hash: one for one in _read_group(repo, some, missing, salt)}
        yield from (found[name] for name in some if name in found)


def _list_lines(repo: Path, *words: str, names: Sequence[str]) -> list[str]:
    with stream_git(repo, *words, stdin=names) as output:
        return output.read().decode("ascii", "replace").split()


def _find_missing(repo: Path, span: Sequence[str]) -> frozenset[bytes]:
    """Return the hashes of objects that commits refer to and that are not there; none where git cannot say."""
    try:
        lines = _list_lines(
            repo, "rev-list", "--objects", "--no-object-names", "--missing=print", "--stdin", names=span
        )
    except SourceError:
        return frozenset()
    return frozenset(line[1:].encode() for line in lines if line.startswith("?"))


def _read_group(repo: Path, names: Sequence[str], missing: frozenset[bytes], salt: bytes) -> Iterator[RawCommit]:
    """Yield some commits, in no order, each as far as its contents are there."""
    try:
        listed = list(_read_names(repo, names, missing, salt))
    except SourceError:  # a tree is missing too
        yield from _read(repo, names, _BARE, salt)
        return
    yield from (one for one, lacks in listed if lacks)
    whole = [one for one, lacks in listed if not lacks]
    try:
        yield from _read(repo, [one.hash for one in whole], (*NUMBERS, *PATCH), salt)
    except SourceError:  # damaged in a way that nobody can foresee: the names are known
        yield from whole


def _read(repo: Path, names: Sequence[str], words: Sequence[str], salt: bytes) -> list[RawCommit]:
    if not names:
        return []
    return [
        parse_commit(record, salt, look_into=whole and words != _BARE)
        for record, whole in stream_records(repo, (_ALONE, *words), names)
    ]


def _read_names(
    repo: Path, names: Sequence[str], missing: frozenset[bytes], salt: bytes
) -> Iterator[tuple[RawCommit, bool]]:
    """Yield each commit with the names of its files, and whether any of their contents is missing."""
    for record, _ in stream_records(repo, (_ALONE, *_NAMES), names):
        fields = iter(record.split(b"\0", FIELDS)[-1].split(b"\0"))
        files: list[CommitFile[str]] = []
        lacks = False
        for field in fields:
            words = field.lstrip(b"\n").removeprefix(b":").split()
            if len(words) != 5:
                continue
            name = next(fields, b"").decode("utf-8", "backslashreplace")
            contents = {blob for mode, blob in zip(words[:2], words[2:4], strict=True) if mode != _SUBMODULE}
            lacks = lacks or not missing.isdisjoint(contents)
            files.append(CommitFile(path=name, added=None, removed=None))
        yield replace(parse_commit(record, salt, look_into=False), files=tuple(files)), lacks
