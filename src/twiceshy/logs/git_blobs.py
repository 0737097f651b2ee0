"""Objects of a repository, large ones too: how large each is, and its bytes piece by piece."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from twiceshy.base.errors import SourceError
from twiceshy.logs.git_program import stream_git

_AT_ONCE: Final = 250
"""Names given to one git: they fit into a pipe whole, as in ``logs/git_lines.py`` (guess, 2026-11-23)."""
_PIECE: Final = 1 << 20  # bytes that are held at a time (guess, 2026-11-23)


def measure_blobs(repo: Path, names: Iterable[str]) -> dict[str, int]:
    """Return the sizes of objects in bytes; one that the repository lacks is left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    wanted = list(dict.fromkeys(names))
    try:
        return {name: size for some in _split(wanted) for name, size in _ask_sizes(repo, some)}
    except SourceError:  # a partial clone: git ends at the first object that it would have to fetch
        whole = set(wanted)
        return {name: size for name, size in _ask_sizes(repo, (), "--batch-all-objects") if name in whole}


def _ask_sizes(repo: Path, names: Sequence[str], *more: str) -> Iterator[tuple[str, int]]:
    """Yield name and size of each object that is there."""
    with stream_git(repo, "cat-file", "--batch-check", *more, stdin=names) as output:
        for line in output:
            name, *rest = line.decode("ascii", "replace").split()
            if len(rest) == 2 and rest[1].isdigit():
                yield name, int(rest[1])


def read_blobs(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield objects that are there, each as its name and its bytes piece by piece.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    for some in _split(names):
        with stream_git(repo, "cat-file", "--batch", stdin=some) as output:
            for name in some:
                words = output.readline().split()
                if len(words) != 3 or not words[2].isdigit():
                    continue
                pieces = _read_pieces(output, int(words[2]))
                yield name, pieces
                for _ in pieces:  # whatever the caller left
                    pass
                output.read(1)


def _split(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _read_pieces(output: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (piece := output.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece
