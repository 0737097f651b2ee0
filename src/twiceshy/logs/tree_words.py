"""The words of the files of one commit, read from its tree, so that no patch before it need be read.

Patches of a long history are ten to a hundred times the text that is left of them. To know where a word stands now, and
not where it stood two years ago, the tree of one commit and the patches since are enough.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from twiceshy.logs.change_history import DATA, IDS_AT_ONCE, NO_WORDS
from twiceshy.logs.commit_words import LONGEST_LINE, Scrub, decode_text
from twiceshy.logs.git_program import ask_git, stream_git
from twiceshy.stats.text.text_words import count_words

MOST_PATCHES = 200
"""Commits whose patches are read beside a tree (guess, 2026-11-21: some .3 CPU s)."""
MOST_FILE = 150_000  # characters of one file from its start (guess, 2026-11-21)
MOST_DATA = 5_000  # the same for files that more often hold data than thoughts (guess, 2026-11-21)
MOST_TREE = 8 << 20
"""Bytes of text that are read of a tree (guess, 2026-11-21): .1 CPU s each MB."""
_BATCH = 1 << 20  # characters that are scrubbed at once (guess, 2026-11-21)


def find_base(repo: Path, head: str, behind: int) -> str:
    """Return the commit ``behind`` steps before ``head`` along first parents, or the oldest there is.

    Nearer where more than ``MOST_PATCHES`` commits lie between, as behind merges of long branches.

    Raises:
        SourceError: git could not read the repository.
    """
    line = ask_git(repo, "rev-list", "--first-parent", f"-n{behind + 1}", head).split()
    steps = len(line) - 1
    while steps and int(ask_git(repo, "rev-list", "--count", "--no-merges", f"{line[steps]}..{head}")) > MOST_PATCHES:
        steps //= 2
    return line[steps]


def list_blobs(repo: Path, commit: str) -> dict[str, str]:
    """Return the blob of each file of the commit by its path; links and submodules left out.

    Raises:
        SourceError: git could not read the repository.
    """
    rows = (row.partition("\t") for row in ask_git(repo, "ls-tree", "-r", "-z", "--full-tree", commit).split("\0"))
    return {path: head.split()[2] for head, _, path in rows if head.startswith("100")}


def read_words(
    repo: Path, blobs: dict[str, str], paths: Sequence[str], *, scrub: Scrub = list
) -> Iterator[tuple[str, Counter[str]]]:
    """Yield the words of the files that look written by hand, ``paths`` in order, until ``MOST_TREE`` is read.

    A file whose blob the repository lacks has none. ``scrub`` as in ``commit_words.read_changes``.

    Raises:
        SourceError: git could not read the repository.
    """
    batch: list[tuple[str, str]] = []
    size = 0
    for path, content in _read_texts(repo, blobs, [path for path in paths if not path.endswith(NO_WORDS)]):
        batch.append((path, content))
        size += len(content)
        if size > _BATCH:
            yield from _count_batch(batch, scrub)
            batch, size = [], 0
    yield from _count_batch(batch, scrub)


def _count_batch(batch: list[tuple[str, str]], scrub: Scrub) -> Iterator[tuple[str, Counter[str]]]:
    clean = scrub([content for _, content in batch])
    return ((path, count_words(content)) for (path, _), content in zip(batch, clean, strict=True))


def _read_texts(repo: Path, blobs: dict[str, str], paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the start of each file, without overlong lines that nobody writes; binary files left out."""
    left, rest = MOST_TREE, iter(paths)
    while left > 0 and (some := list(islice(rest, IDS_AT_ONCE))):
        with stream_git(repo, "cat-file", "--batch", stdin=[blobs[path] for path in some]) as output:
            for path in some:
                raw = _read_start(output, min(left, _most_of(path)))
                if raw is not None and b"\0" not in raw:
                    left -= len(raw)
                    yield path, _drop_long_lines(decode_text(raw))
                    if left <= 0:
                        break


def _most_of(path: str) -> int:
    return MOST_DATA if path.endswith(DATA) else MOST_FILE


def _read_start(output: IO[bytes], most: int) -> bytes | None:
    """Read git's next answer and return its first bytes; None where git has no such file."""
    head = output.readline().split()
    if len(head) != 3:
        return None
    size = int(head[2])
    raw = output.read(min(size, most))
    for skipped in range(size - len(raw) + 1, 0, -_BATCH):
        output.read(min(_BATCH, skipped))
    return raw


def _drop_long_lines(content: str) -> str:
    lines = content.split("\n")
    return (
        content if max(map(len, lines)) < LONGEST_LINE else "\n".join(one for one in lines if len(one) < LONGEST_LINE)
    )
