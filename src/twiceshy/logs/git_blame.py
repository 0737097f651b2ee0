"""Which commit brought in each line of a file, as git says: moved lines keep theirs, white space is nothing.

``git.md`` beside this module describes what git prints.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from twiceshy.logs.git_program import stream_git

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
