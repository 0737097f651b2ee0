"""Questions to a repository about lines: what a file holds at a commit, what a commit removed, what it reverts.

The archive keeps the lines that commits put in, as hashes. Whether they are still there is asked of the files
themselves, since a chain of patches would have to be whole and in order. Nothing of what is read here is kept but
hashes.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.foreign_files import require_inside, stream_foreign
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


# Which commit brought in each line of a file, as git says: moved lines keep theirs, white space is nothing.
#
# ``git.md`` beside this module describes what git prints.

_WORDS: Final = ("blame", "--porcelain", "-w", "-M", "-C20")
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


class LineCommit(NamedTuple):
    """Whence one line of a file is."""

    commit: str
    path: str
    """Of the file in that commit."""
    line: int
    """Number of the line in that commit, from 1."""
    before: str
    """The parent that the commit is compared with; empty where it brought in the whole file, or nothing older is
    there."""
    before_path: str
    boundary: bool
    """The history ends there: the first commit, or the edge of a shallow clone."""
    text: str


class _Origin(NamedTuple):
    """What git says once of a commit."""

    path: str = ""
    before: str = ""
    before_path: str = ""
    boundary: bool = False


def read_line_commits(repo: Path, commit: str, path: str) -> list[LineCommit]:
    """Return whence each line of a file is, as it stands in a commit.

    Raises:
        ToolMissing: there is no git.
        SourceError: there is no such file in that commit, or git refuses to read the repository.
    """
    with stream_git(repo, *_WORDS, commit, "--", path) as output:
        return list(_parse_blame(output))


def _parse_blame(output: IO[bytes]) -> Iterator[LineCommit]:
    known: dict[str, _Origin] = {}
    while header := output.readline().split():
        commit, line = header[0].decode(), int(header[1])
        origin = known.get(commit, _Origin())
        while not (row := output.readline()).startswith(b"\t"):
            if not row:
                return
            origin = _read_row(row.decode("utf-8", "replace").rstrip("\n"), origin)
        known[commit] = origin
        text = row[1:].decode("utf-8", "replace").rstrip("\n")
        yield LineCommit(commit, origin.path, line, origin.before, origin.before_path, origin.boundary, text)


def _read_row(row: str, origin: _Origin) -> _Origin:
    """Return what is known of a commit with one more row."""
    word, _, value = row.partition(" ")
    if word == "filename":
        return origin._replace(path=unquote_name(value))
    if word == "previous":
        before, _, path = value.partition(" ")
        return origin._replace(before=before, before_path=unquote_name(path))
    return origin._replace(boundary=True) if word == "boundary" else origin


def unquote_name(name: str) -> str:
    r"""Return a file's name as it is; git quotes names with odd characters.

    >>> unquote_name('"caf\303\251.py"'), _unquote("a b.py")
    ('café.py', 'a b.py')
    """
    if not (len(name) > 1 and name[0] == name[-1] == '"'):
        return name
    made = bytearray()
    at, end = 1, len(name) - 1
    while at < end:
        if name[at] != "\\":
            made += name[at].encode()
            at += 1
        elif name[at + 1 : at + 4].isdigit():
            made.append(int(name[at + 1 : at + 4], 8) & 0xFF)
            at += 4
        else:
            made += _ESCAPES.get(name[at + 1], name[at + 1]).encode()
            at += 2
    return made.decode("utf-8", "replace")


# Which files of a work tree differ from the last commit, asked without running the repository's filters.
#
# Git itself converts ends of lines and encodings, so that these are compared right. A filter is a program that settings
# name, and none is run: such a file is compared as it lies, and only where its time or size says that it was touched.
# What git-lfs stores of a file is its hash, which is computed here. A file of any other filter counts as changed once
# it was touched: whether its filter would make the same bytes of it cannot be known without running that.

_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n?"
)
"""What git-lfs stores instead of a file (as defined by its specification, version 1)."""
_NO_FILTER: Final = ("unspecified", "unset")
_AT_ONCE: Final = 250
"""Names given to one git (guess, 2026-11-24: the longest have 4 kB each, and a command line takes 2 MB)."""
_PIECE: Final = 1 << 20  # bytes read at once (guess, 2026-11-24)
_MOST_HASHED: Final = 4 << 30
"""Bytes that are hashed for one answer: 8 s of a slow disk (guess, 2026-11-24)."""


def read_dirty_files(folder: Path) -> frozenset[str] | None:
    """Return the files that differ from the last commit, relative to the folder; None where git cannot say."""
    if not folder.is_dir():
        return None
    try:
        prefix, top = ask_git(folder, "rev-parse", "--show-prefix", "--show-toplevel").split("\n")[:2]
        answer = ask_git(folder, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
        rows = [(row[:2], row[3:]) for row in answer.split("\0") if row]
        same = _find_stored_alike(Path(top), [path for state, path in rows if state == " M"])
    except (SourceError, ToolMissing, OSError):
        return None
    return frozenset(path.removeprefix(prefix) for _, path in rows if path not in same)


def _find_stored_alike(top: Path, paths: Iterable[str]) -> set[str]:
    """Return those files of git-lfs that are what their pointer says."""
    names = _list_filtered(top, paths)
    left = _MOST_HASHED
    same = set()
    for one in read_contents(top, [f":{path}" for path in names]):
        pointer, path = _POINTER.fullmatch(one.text), one.name[1:]
        if pointer is None or (size := int(pointer[2])) > left:
            continue
        left -= size
        if _hash_file(top, path, size) == pointer[1].decode():
            same.add(path)
    return same


def _list_filtered(top: Path, paths: Iterable[str]) -> list[str]:
    """Return those that a filter is set for."""
    wanted, found = list(paths), []
    for start in range(0, len(wanted), _AT_ONCE):
        said = ask_git(top, "check-attr", "-z", "filter", "--", *wanted[start : start + _AT_ONCE]).split("\0")
        found += [path for path, value in zip(said[::3], said[2::3], strict=False) if value not in _NO_FILTER]
    return found


def _hash_file(top: Path, path: str, size: int) -> str:
    """Return the SHA-256 of a file of this size; empty where it has another, or is no file of the project."""
    try:
        require_inside(top / path, top)
        with stream_foreign(top / path) as file:
            if (top / path).stat().st_size != size:
                return ""
            hashed = hashlib.sha256()
            while piece := file.read(_PIECE):
                hashed.update(piece)
            return hashed.hexdigest()
    except OSError:
        return ""
