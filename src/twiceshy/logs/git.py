"""The commits of a repository, in one pass of ``git log`` over its whole history.

Parents come before children, so that what was taken before an interruption is closed: the next pass goes on from its
newest commits. Output is read as a stream; one commit's patch is looked into up to ``LARGEST_PATCH`` bytes, and one
file's added lines are hashed up to ``MOST_LINES``, since larger ones are imports and generated files that no agent
typed. Merges are kept without files.

``git.md`` beside this module describes what git prints.
"""

import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import IO

from twiceshy.logs.edits import hash_lines
from twiceshy.logs.git_patch import (
    START,
    PatchId,
    parse_body,
    parse_subject,
    parse_trailers,
    read_added_lines,
    split_files,
)
from twiceshy.logs.git_program import ask_git, stream_git
from twiceshy.records.commits import Commit, CommitFile, RawCommit

CHUNK = 1 << 18  # bytes of git's output read at once (guess, 2026-11-21)
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What the first commit is compared with: git's name for a tree without files."""
LARGEST_PATCH = 16 << 20
"""Bytes of numbers and patch of one commit (guess, 2026-11-21: ten times the largest hand-made change seen)."""
MOST_LINES = 5000
"""Added lines of one file (guess, 2026-11-21)."""
_NOT_CODE = re.compile(r"refs/(?:heads/|remotes/[^/]+/|)entire/")
"""Branches on which a recorder of agent sessions keeps its transcripts."""
_CODE_REFS = ("HEAD", "refs/heads/", "refs/remotes/", "refs/tags/")
_REQUEST = re.compile(r"refs/(?:pull|merge-requests)/\d+/head\Z")
"""What a person fetched of a request to merge: its commits, from before the host made them one."""
_NUMBERS = re.compile(rb"(\d+|-)\t(\d+|-)\t")
_LOG = (
    "--ignore-missing",
    "--stdin",
    "-z",
    "--no-color",
    "--encoding=UTF-8",
    "--date=raw",
    "--no-notes",
    "--no-decorate",
)
NUMBERS = ("--numstat", "-M", "-l1000")
"""Words for the lines that each file gained and lost; git reads contents for them."""
PATCH = ("-p", "-U3", "--full-index", "--diff-algorithm=myers", "--indent-heuristic", "--submodule=short")
"""Words for the patch."""
FIELDS = 7
"""Of a record, before its changes; by definition of the form below."""
_MOST_OFFSET_MIN = 24 * 60  # by definition: no clock is further from UTC
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def list_tips(repo: Path) -> frozenset[str]:
    """Return the hashes that HEAD, branches and tags stand at; none before the first commit.

    One cheap call of git.

    Raises:
        ToolMissing: there is no git.
        SourceError: this is no repository, or git refuses to read it.
    """
    rows = (row.split(" ", 1) for row in ask_git(repo, "show-ref", "--head", accept=(0, 1)).splitlines())
    return frozenset(row[0] for row in rows if _is_code(row[1]))


def _is_code(ref: str) -> bool:
    return (ref.startswith(_CODE_REFS) and not _NOT_CODE.match(ref)) or _REQUEST.match(ref) is not None


def read_commits(
    repo: Path, *, salt: bytes, known: Collection[str] = (), patches: bool = True, limit: int = 0
) -> Iterator[RawCommit]:
    """Yield the commits behind any of ``list_tips`` and not behind ``known`` hashes, parents first.

    ``known`` may hold hashes that are gone. ``patches=False`` leaves out patch-ids and line hashes, which is most of
    the work. ``limit`` above 0 takes the newest only.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository, or, after what could be read, all of it.
    """
    starts = list_tips(repo)
    if starts <= set(known):
        return
    words = ["--topo-order", "--reverse", *NUMBERS, *(PATCH if patches else ()), *([f"-n{limit}"] if limit else ())]
    for record, whole in stream_records(repo, words, [*sorted(starts), *(f"^{tip}" for tip in sorted(known))]):
        yield parse_commit(record, salt, look_into=patches and whole)


def stream_records(repo: Path, words: Iterable[str], names: Iterable[str]) -> Iterator[tuple[bytes, bool]]:
    """Yield what ``git log`` prints of each of the named commits, and whether it is all; ``words`` say what of them.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository, or, after what could be read, all of it.
    """
    mark = b"\0" + secrets.token_hex(8).encode() + b"\0"  # no content can look like it
    form = f"--format=%x00{mark[1:-1].decode()}%x00%H%x00%P%x00%T%x00%ae%x00%ad%x00%ct%x00%B%x00"
    with stream_git(repo, "log", *_LOG, form, *words, stdin=names) as output:
        yield from split_records(output, mark)


def hash_author(address: str, salt: bytes) -> bytes:
    """Return the 8 bytes that stand for an author's address."""
    return blake2b(address.strip().lower().encode("utf-8", "replace"), key=salt, digest_size=8).digest()


def split_records(output: IO[bytes], mark: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield what stands between the marks, and whether it is all that stood there."""
    rest = bytearray()
    seen = 0  # bytes of the rest in which no mark begins
    cut: bytes | None = None  # beginning of a record that is too large
    while chunk := output.read(CHUNK):
        rest += chunk
        while (at := rest.find(mark, seen)) >= 0:
            record, whole = _end_record(rest[:at], cut)
            del rest[: at + len(mark)]
            seen, cut = 0, None
            if record:
                yield record, whole
        if cut is None and len(rest) > LARGEST_PATCH:
            cut = bytes(rest[:LARGEST_PATCH])
        if cut is not None:
            del rest[: -len(mark)]
        seen = max(0, len(rest) - len(mark) + 1)
    if cut is not None or rest:
        yield _end_record(rest, cut)


def _end_record(rest: bytearray, cut: bytes | None) -> tuple[bytes, bool]:
    """Return a record, and whether it is whole."""
    return (bytes(rest), True) if cut is None else (cut, False)


def parse_commit(record: bytes, salt: bytes, *, look_into: bool) -> RawCommit:
    """Parse what was printed of a commit; ``look_into`` takes patch-id and line hashes from its patch."""
    commit, parents, tree, address, authored, committed, body, changes = record.split(b"\0", FIELDS)
    message = _decode(body)
    seconds, _, offset = authored.partition(b" ")
    files, patch = parse_numstat(changes)
    patch_id = None
    if look_into and patch:
        patch_id = add_line_hashes(patch, files, salt, "sha1" if len(commit) == 40 else "sha256")
    return Commit(
        hash=commit.decode(),
        parents=tuple(parents.decode().split()),
        author=hash_author(_decode(address), salt),
        authored_at=_parse_time(seconds),
        authored_offset_min=_parse_offset(offset),
        committed_at=_parse_time(committed),
        subject=parse_subject(message),
        trailers=parse_trailers(message),
        patch_id=patch_id,
        files=tuple(files),
        body=parse_body(message),
        tree=tree.decode(),
    )


def parse_numstat(changes: bytes) -> tuple[list[CommitFile[str]], bytes]:
    """Return the files by their ``--numstat`` rows, and the patch behind these.

    A row that was cut off is left out.
    """
    files = []
    at = len(changes) - len(changes.lstrip(b"\0\n"))
    while match := _NUMBERS.match(changes, at):
        names, at = [], match.end()
        if changes.startswith(b"\0", at):  # a rename: two names behind an empty one
            at += 1
            names.append(changes[at : changes.find(b"\0", at)])
            at += len(names[0]) + 1
        end = changes.find(b"\0", at)
        if end < 0:
            break
        names.append(changes[at:end])
        at = end + 1
        files.append(
            CommitFile(
                path=_decode(names[-1]),
                old_path=_decode(names[0]) if len(names) == 2 else None,
                added=None if match[1] == b"-" else int(match[1]),
                removed=None if match[2] == b"-" else int(match[2]),
            )
        )
    return files, changes[changes.find(START, at) :] if changes.startswith(START, at + 1) else b""


def add_line_hashes(patch: bytes, files: list[CommitFile[str]], salt: bytes, hash_name: str) -> str | None:
    """Return the patch-id, and add each file's line hashes to its item of ``files``.

    The files stand in the patch's order.
    """
    patch_id = PatchId(hash_name)
    at, title = -1, b""
    for header, hunks in split_files(patch):
        patch_id.add(header, hunks)
        first, title = title, header.split(b"\n", 1)[0]
        at += first != title
        file = files[at]
        if hunks and 0 < (file.added or 0) <= MOST_LINES:
            files[at] = CommitFile(
                path=file.path,
                old_path=file.old_path,
                added=file.added,
                removed=file.removed,
                added_hashes=file.added_hashes + hash_lines(read_added_lines(hunks), salt),
            )
    return patch_id.hexdigest()


def _decode(raw: bytes) -> str:
    """Decode bytes as UTF-8; what is not UTF-8 becomes escapes, so that names stay apart."""
    return raw.decode("utf-8", "backslashreplace")


def _parse_time(seconds: bytes) -> datetime:
    """Parse seconds since 1970.

    A time that no calendar holds gives the epoch itself: some old repositories have such.
    """
    try:
        return EPOCH + timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        return EPOCH


def _parse_offset(offset: bytes) -> int:
    """Convert an offset such as ``+0530`` to minutes; 0 for what is none."""
    try:
        value = int(offset)
    except ValueError:
        return 0
    minutes = abs(value) // 100 * 60 + abs(value) % 100
    if minutes > _MOST_OFFSET_MIN:
        return 0
    return -minutes if value < 0 else minutes


# Which commits hold a project's memory itself: those are never recorded, or memory would grow by recording its growth.
#
# Memory lies in a repository of its own, whose references are never read for code. Whoever copies it into a branch all
# the same makes commits of files of memory alone, or says so in a trailer. The subject is never looked at: a person may
# write anything there.

FOLDER = ".twiceshy/memory/"
"""Where a copy of memory in a work tree lies."""
TRAILER = ("twiceshy-memory", "1")
"""Name, in small letters, and value of the trailer of such a commit."""


def is_memory_commit(commit: RawCommit) -> bool:
    """Tell whether a commit changes memory and nothing else, or says so itself."""
    if any((name.lower(), value.strip()) == TRAILER for name, value in commit.trailers):
        return True
    paths = [path for file in commit.files for path in (file.path, file.old_path) if path is not None]
    return bool(paths) and all(path.casefold().startswith(FOLDER) for path in paths)
