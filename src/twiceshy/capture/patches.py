"""The commits of a repository, oldest first, each with its files and the words that its patch adds and takes away.

One ``git log`` gives everything: names from its NUL-ended raw part, so that no name needs unquoting, and lines from the
patch behind it, whose blocks come in the same order. Output is read as a stream, because a history can be larger than
memory. Merges are left out: what they bring in was already counted where it was written.

A repository can lack objects (a partial or damaged copy). Then the paths whose content cannot be read are found, and
left out of every commit from there on.

Never writes to the repository, never runs its hooks, filters, text converters or diff drivers, and asks no network.
"""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import IO, NamedTuple

from twiceshy.errors import SourceError, ToolMissing
from twiceshy.facts.ranking import count_words
from twiceshy.records.changes import Change, Status, Touched

CHUNK = 1 << 20
LONGEST_LINE = 400  # characters: minified text and data have longer ones (guess)
MOST_PATCH = 150_000  # characters of one file in one commit whose words are read; generated files exceed it (guess)
MOST_MESSAGE = 20_000  # characters of a message that are read
MOST_HELD = 256 << 20  # bytes of one commit in memory
BATCH = 1 << 20  # characters that are scrubbed at once
NO_WORDS = (".lock", ".min.js", ".min.css", ".map", ".svg", ".csv", ".json.gz", ".po", "package-lock.json", "go.sum")
"""Endings of files that nobody writes by hand; their names count, their words do not."""
DATA = (".json", ".jsonl", ".xml", ".ipynb", ".yaml", ".yml", ".txt", ".html", ".snap")
MOST_DATA = 20_000  # the same for files that more often hold data than thoughts (guess)
Scrub = Callable[[list[str]], Sequence[str]]


class Raw(NamedTuple):
    """A commit before its words are cut: unscrubbed text, only in memory."""

    id: str
    at: int
    author: str
    subject: str
    body: str
    names: list[tuple[str, Status, str | None]]
    lines: list[tuple[str, str]]
    """Added and removed lines of each file."""


def read_changes(
    repo: Path,
    *,
    salt: bytes,
    scrub: Scrub = list,
    after: str | None = None,
    head: str = "HEAD",
    limit: int = 0,
) -> Iterator[Change]:
    """Commits reachable from ``head`` and not from ``after``, oldest first; only the newest ``limit`` if above 0.

    ``scrub`` gets every text before a word of it is counted, many at a time, and gives them back in order.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    span = [*([f"-n{limit}"] if limit else []), head if after is None else f"{after}..{head}"]
    batch: list[Raw] = []
    size = 0
    for raw in _all(repo, span, salt):
        batch.append(raw)
        size += len(raw.body) + sum(len(added) for added, _ in raw.lines)
        if size > BATCH:
            yield from _counted(batch, scrub)
            batch, size = [], 0
    yield from _counted(batch, scrub)


def _all(repo: Path, span: list[str], salt: bytes) -> Iterator[Raw]:
    """Every commit, those behind a gap in the objects included."""
    seen = set()
    try:
        for record in _records(repo, span):
            raw = _raw(record, salt)
            seen.add(raw.id)
            yield raw
    except _ObjectsMissing:
        unreadable = [f":(top,exclude,literal){path}" for path in _paths_without_objects(repo, span)]
        for record in _records(repo, [*span, "--", ":(top)", *unreadable]):
            raw = _raw(record, salt)
            if raw.id not in seen:
                yield raw


def _counted(batch: list[Raw], scrub: Scrub) -> Iterator[Change]:
    """The commits with clean messages and the words of clean lines.

    Words that go need no scrubbing: they only meet words that came, which were clean.
    """
    dirty = [text for raw in batch for text in (raw.subject, raw.body, *(added for added, _ in raw.lines))]
    clean = iter(scrub(dirty))
    for raw in batch:
        subject, body = next(clean), next(clean)
        files = tuple(
            Touched(path, status, old, count_words(next(clean)), count_words(removed))
            for (path, status, old), (_, removed) in zip(raw.names, raw.lines, strict=True)
        )
        yield Change(raw.id, raw.at, raw.author, subject, body, files)


class Place(NamedTuple):
    """Where a repository is and where it stands."""

    store: Path
    """Its shared git folder: one for all work trees of a repository."""
    head: str | None
    """Hash of the newest commit; None where there is none yet."""
    shallow: bool
    """Whether the history was cut when the repository was cloned."""
    prefix: str
    """Path of the given folder below the top, with ``/`` at its end; empty at the top."""


def place_of(repo: Path) -> Place:
    """What git says of the folder.

    Raises:
        ToolMissing: there is no git.
        SourceError: this is no repository.
    """
    asked = ("--path-format=absolute", "--git-common-dir", "--is-shallow-repository", "--show-prefix")
    store, shallow, prefix, *_ = [*text(run_git(repo, "rev-parse", *asked)).split("\n"), ""]
    head = text(run_git(repo, "rev-parse", "--verify", "-q", "HEAD", accept=(0, 1))).strip()
    return Place(Path(store), head or None, shallow == "true", prefix)


def contains(repo: Path, ancestor: str, head: str) -> bool:
    """Whether ``ancestor`` is in the history of ``head``: false after a rewrite."""
    command = _git(repo, "merge-base", "--is-ancestor", ancestor, head)
    return subprocess.run(command, capture_output=True, env=_environment(), check=False).returncode == 0  # noqa: S603


def paths_at(repo: Path, head: str) -> list[str]:
    """Paths of all files of a commit, links and submodules left out."""
    rows = run_git(repo, "ls-tree", "-r", "-z", "--full-tree", head).split(b"\0")
    return [text(row.partition(b"\t")[2]) for row in rows if row.startswith(b"100")]


def author_key(address: str, salt: bytes) -> str:
    """What stands for an author's address everywhere behind this module."""
    return blake2b(address.strip().lower().encode(), key=salt[:64], digest_size=6).hexdigest() if address else ""


def own_author(repo: Path, salt: bytes) -> str:
    """``author_key`` of the address that git would sign with here; empty where none is set."""
    return author_key(text(run_git(repo, "config", "user.email", accept=(0, 1))).strip(), salt)


def text(raw: bytes) -> str:
    """Bytes as text; names that are not UTF-8 keep their bytes as escapes, so that they stay apart."""
    return raw.decode("utf-8", "backslashreplace")


def run_git(repo: Path, *words: str, accept: Sequence[int] = (0,)) -> bytes:
    """What one git command printed."""
    try:
        done = subprocess.run(_git(repo, *words), capture_output=True, env=_environment(), check=False)  # noqa: S603
    except OSError as error:
        raise ToolMissing(f"git cannot be run ({error.strerror}); install it or put it on PATH") from error
    if done.returncode not in accept:
        if b"not a git repository" in done.stderr:
            raise SourceError(f"{str(repo)!r} is not inside a git repository; name one with --repo")
        raise SourceError(f"git {words[0]} failed in {str(repo)!r}: {text(done.stderr).strip()[:300]}")
    return done.stdout


def _git(repo: Path, *words: str) -> list[str]:
    return ["git", "-C", str(repo), "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *words]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE")}
    return kept | {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _paths_without_objects(repo: Path, span: list[str]) -> list[str]:
    """Paths of which some version is not there. Walks over all objects, so only called when git met a gap."""
    listed = run_git(repo, "rev-list", "--objects", "--missing=print", *span).split(b"\n")
    lost = {row[1:] for row in listed if row.startswith(b"?")}
    raw = run_git(repo, "log", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=", *span)
    fields = raw.split(b"\0")
    paths = set()
    for at, entry in enumerate(fields[:-1]):
        parts = entry.split()
        if len(parts) == 5 and parts[0].startswith(b":") and (parts[2] in lost or parts[3] in lost):
            paths.add(text(fields[at + 1]))
    if not paths:
        raise SourceError(f"git could not read all of {str(repo)!r}; try `git fsck` there")
    return sorted(paths)


class _ObjectsMissing(Exception):  # noqa: N818  # a signal between two functions of this module, never an error outside
    """Git ended because an object is not there."""


def _records(repo: Path, span: list[str]) -> Iterator[bytes]:
    """The raw text of each commit: message fields, raw rows and patch."""
    mark = secrets.token_hex(8)  # unguessable, so that no patch can look like the start of a commit
    command = _git(
        repo, "log", "--reverse", "--date-order", "--no-merges", "-M", "-l400", "--raw", "-z", "-p", "-U0",
        "--no-color",
        "--no-ext-diff", "--no-textconv", "--ignore-submodules", "--encoding=UTF-8", "--no-show-signature",
        f"--format={mark}%H%x00%ct%x00%ae%x00%s%x00%b%x00", *span,
    )  # fmt: skip
    start = mark.encode()
    with tempfile.TemporaryFile() as talk, _started(command, talk) as process:
        assert process.stdout is not None  # noqa: S101  # asked for
        held, scanned = bytearray(), 0
        while chunk := process.stdout.read(CHUNK):
            held += chunk
            if held.find(start, scanned) < 0:
                if len(held) > MOST_HELD:
                    del held[MOST_HELD // 2 : -len(start)]  # names stand first; a patch so large gives no words
                scanned = max(0, len(held) - len(start))
                continue
            *whole, rest = held.split(start)
            yield from (bytes(record) for record in whole if record)
            held, scanned = rest, 0
        process.wait()
        talk.seek(0)
        words = talk.read(MOST_MESSAGE)
    if process.returncode:
        if b"unable to read" in words or b"missing" in words:
            raise _ObjectsMissing
        raise SourceError(f"git log failed in {str(repo)!r}: {text(words).strip()[:300]}")
    if held:
        yield bytes(held)


def _started(command: list[str], talk: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Git, talking into a file: a pipe that nobody empties would stop it."""
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=talk, env=_environment())  # noqa: S603
    except OSError as error:
        raise ToolMissing(f"git cannot be run ({error.strerror}); install it or put it on PATH") from error


def _raw(record: bytes, salt: bytes) -> Raw:
    id_, at, address, subject, body, rest = record.split(b"\0", 5)
    rows, _, patch = rest.partition(b"\0\0")
    names = _names(rows)
    return Raw(
        id=id_.decode(),
        at=int(at or 0),
        author=author_key(text(address), salt),
        subject=text(subject)[:MOST_MESSAGE],
        body=text(body)[:MOST_MESSAGE],
        names=names,
        lines=[_lines(name[0], block) for name, block in zip(names, _blocks(patch, len(names)), strict=True)],
    )


def _names(rows: bytes) -> list[tuple[str, Status, str | None]]:
    """Path, status and old path of each file; links and submodules keep their names too."""
    names: list[tuple[str, Status, str | None]] = []
    fields = iter(rows.split(b"\0"))
    for field in fields:
        if not field.lstrip(b"\n").startswith(b":"):
            continue
        letter = field.split()[-1][:1]
        path = text(next(fields))
        if letter in b"RC":
            old, path = path, text(next(fields))
            names.append((path, Status.RENAMED, old) if letter == b"R" else (path, Status.ADDED, None))
        else:
            names.append((path, Status(letter.decode()) if letter in b"AD" else Status.MODIFIED, None))
    return names


def _blocks(patch: bytes, expected: int) -> list[bytes]:
    """The patch of each file, in the order of the raw rows; empty ones where the two do not agree in number."""
    blocks = (b"\n" + patch).split(b"\ndiff --git ")[1:]
    return blocks if len(blocks) == expected else [b""] * expected


def _lines(path: str, block: bytes) -> tuple[str, str]:
    """Lines that came and lines that went. A file that is too long or written by a program gives none."""
    most = MOST_DATA if path.endswith(DATA) else MOST_PATCH
    if not block or len(block) > most or path.endswith(NO_WORDS):
        return "", ""
    _, _, hunks = block.partition(b"\n@@")
    lines = [line for line in text(hunks).split("\n") if len(line) < LONGEST_LINE]
    added = "\n".join(line[1:] for line in lines if line.startswith("+"))
    return added, "\n".join(line[1:] for line in lines if line.startswith("-"))
