"""Questions to a repository about lines: what a file holds at a commit, what a commit removed, what it reverts.

The archive keeps the lines that commits put in, as hashes. Whether they are still there is asked of the files
themselves, since a chain of patches would have to be whole and in order. Nothing of what is read here is kept but
hashes.
"""

import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from twiceshy.logs.edits import hash_lines
from twiceshy.logs.git import list_tips, split_records
from twiceshy.logs.git_patch import START, split_files
from twiceshy.logs.git_program import ask_git, stream_git

AT_ONCE_BYTES: Final = 12_000
"""Bytes of names given to one git. They fit into a pipe whole (the kernel gives it 64 KiB on Linux), so that git cannot
wait for us while we wait for it."""
LARGEST_FILE: Final = 2 << 20
"""Bytes; larger files are not looked into (guess of 2026-11-21: no agent typed them)."""
_REVERTS: Final = re.compile(r"This reverts commit ([0-9a-f]{7,64})")


class Content(NamedTuple):
    """The content of one name."""

    name: str
    blob: str
    """Hash of the content: equal for equal contents."""
    text: bytes


def read_contents(repo: Path, names: Iterable[str]) -> Iterator[Content]:
    """Yield the contents of ``commit:path`` names, in order.

    Names of nothing, of folders and of large files are left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    for some in _split_names(name for name in names if "\n" not in name):
        with stream_git(repo, "cat-file", "--batch", stdin=some) as output:
            for name in some:
                words = output.readline().split()
                if len(words) != 3 or not words[2].isdigit():
                    continue
                size = int(words[2])
                if words[1] == b"blob" and size <= LARGEST_FILE:
                    yield Content(name, words[0].decode(), output.read(size))
                    output.read(1)
                else:
                    _pass_over(output, size + 1)


def _pass_over(output: IO[bytes], size: int) -> None:
    """Read that many bytes and keep none: a few kilobytes of a repository can stand for gigabytes."""
    while size > 0 and (piece := output.read(min(size, LARGEST_FILE))):
        size -= len(piece)


def read_head(repo: Path) -> str:
    """Return the hash of the checked-out commit; empty where there is none yet, or no repository.

    Raises:
        ToolMissing: there is no git.
    """
    return ask_git(repo, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", accept=(0, 1, 128)).strip()


def resolve_commit(repo: Path, name: str) -> str:
    """Return the whole hash of the commit that a name means; empty where it means none.

    Raises:
        ToolMissing: there is no git.
    """
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    found = ask_git(repo, *words, accept=(0, 1, 128)).split()  # git before 2.30 prints the option, too
    return found[-1] if found else ""


def hash_file_lines(text: bytes, salt: bytes) -> frozenset[bytes]:
    """Return the hashes of a file's distinct lines, comparable to those of commits and edits."""
    found = hash_lines(text.decode("utf-8", "replace").split("\n"), salt)
    return frozenset(found[start : start + 8] for start in range(0, len(found), 8))


def find_removed_lines(repo: Path, hashes: Collection[str], salt: bytes) -> Iterator[tuple[str, frozenset[bytes]]]:
    """Yield each commit with the hashes of the lines that it removed and put back nowhere; merges have none.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository, or, after what could be read, all of it.
    """
    if not hashes:
        return
    mark = b"\0" + secrets.token_hex(8).encode() + b"\0"
    words = [
        "log",
        "--no-walk=unsorted",
        "--ignore-missing",
        "--stdin",
        "-p",
        "-U0",
        "-M",
        "--no-color",
        "--no-notes",
        "--no-decorate",
        f"--format=%x00{mark[1:-1].decode()}%x00%H%x00",
    ]
    with stream_git(repo, *words, stdin=sorted(hashes)) as output:
        for record, _ in split_records(output, mark):
            commit, _, patch = record.partition(b"\0")
            yield commit.decode(), _hash_removed(patch, salt)


def find_reverts(repo: Path) -> Iterator[tuple[str, str]]:
    """Yield commits whose message says that they revert another, each with the hash that it names.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    words = [
        "log",
        "--ignore-missing",
        "--stdin",
        "--fixed-strings",
        "--grep=This reverts commit ",
        "-z",
        "--no-notes",
        "--no-decorate",
        "--no-color",
        "--format=%H%n%B",
    ]
    with stream_git(repo, *words, stdin=sorted(list_tips(repo))) as output:
        for record in output.read().decode("utf-8", "replace").split("\0"):
            commit, _, message = record.partition("\n")
            for named in _REVERTS.findall(message):
                yield commit, named


def _hash_removed(patch: bytes, salt: bytes) -> frozenset[bytes]:
    gone: list[str] = []
    put: list[str] = []
    at = patch.find(START)
    for _, hunks in split_files(patch[at:]) if at >= 0 else ():
        for line in hunks.decode("utf-8", "replace").split("\n"):
            if line[:1] == "-":
                gone.append(line[1:])
            elif line[:1] == "+":
                put.append(line[1:])
    removed, added = hash_lines(gone, salt), hash_lines(put, salt)
    return frozenset(removed[i : i + 8] for i in range(0, len(removed), 8)) - frozenset(
        added[i : i + 8] for i in range(0, len(added), 8)
    )


def _split_names(names: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    size = 0
    for name in names:
        length = len(name.encode()) + 1
        if some and size + length > AT_ONCE_BYTES:
            yield some
            some, size = [], 0
        some.append(name)
        size += length
    if some:
        yield some


class LinesOfRepository(NamedTuple):
    """Reads hashes of lines from one repository."""

    repo: Path
    salt: bytes

    def read_lines(self, names: Iterable[str]) -> dict[str, frozenset[bytes]]:
        """Return the lines at each ``commit:path``, reading each content once; a missing file is left out."""
        blobs: dict[str, frozenset[bytes]] = {}
        found: dict[str, frozenset[bytes]] = {}
        for name, blob, text in read_contents(self.repo, names):
            if blob not in blobs:
                blobs[blob] = hash_file_lines(text, self.salt)
            found[name] = blobs[blob]
        return found

    def find_reverts(self) -> Iterator[tuple[str, str]]:
        """Yield the commits whose messages say that they revert one, each with that one."""
        return find_reverts(self.repo)

    def find_removed_lines(self, hashes: Collection[str]) -> Iterator[tuple[str, frozenset[bytes]]]:
        """Yield the lines that each of these commits removes."""
        return find_removed_lines(self.repo, hashes, self.salt)
