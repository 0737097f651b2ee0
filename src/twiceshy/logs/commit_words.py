"""The commits of a repository, oldest first, each with its files and the words that its patch adds and removes.

One ``git log`` gives everything: names from its NUL-ended raw part, so that no name needs unquoting, and lines from the
patch behind it, whose blocks come in the same order. Output is read as a stream, because a history can be larger than
memory. Merges are left out: what they bring in was already counted where it was written.

A repository can lack objects (a partial or damaged copy). Then the paths whose content cannot be read are found, and
left out of every commit.

Never writes to the repository, never runs its hooks, filters, text converters or diff drivers, and asks no network.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.logs.change_history import DATA, NO_WORDS, read_chosen_texts, weigh_commits
from twiceshy.logs.git_program import ask_git, stream_git
from twiceshy.records.predictions import HistoryCommit, Status, TouchedFile
from twiceshy.stats.text.text_words import count_words

_CHUNK = 1 << 20  # bytes read at once (guess, 2026-11-21)
LONGEST_LINE = 400  # characters: minified text and data have longer ones (guess, 2026-11-21)
_MOST_PATCH = 150_000
"""Characters of one file in one commit whose words are read; generated files exceed it (guess, 2026-11-21)."""
_MOST_MESSAGE = 20_000  # characters of a message that are read (guess, 2026-11-21)
_MOST_HELD = 256 << 20  # bytes of one commit in memory (guess, 2026-11-21)
_BATCH = 1 << 20  # characters that are scrubbed at once (guess, 2026-11-21)
_MOST_GAPS = 8  # times that reading goes on behind a missing content (guess, 2026-11-21)
_EXACT = "-M100%"
_MOST_DATA = 5_000  # the same for files that more often hold data than thoughts (guess, 2026-11-21)
_NOTHING: Mapping[str, int] = {}
Scrub = Callable[[list[str]], Sequence[str]]


class _UnscrubbedCommit(NamedTuple):
    """A commit before its words are counted: unscrubbed text, only in memory."""

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
    words: bool = True,
) -> Iterator[HistoryCommit]:
    """Yield commits reachable from ``head``, not from ``after``, oldest first; the newest ``limit`` if above 0.

    Without ``words`` no patch is read: files have names only, at a tenth of the cost. ``scrub`` gets every text before
    a word of it is counted, many at a time, and gives them back in order.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    span = [*([f"-n{limit}"] if limit else []), head if after is None else f"{after}..{head}"]
    batch: list[_UnscrubbedCommit] = []
    size = 0
    for raw in _read_all(repo, span, salt) if words else _read_names(repo, span, salt):
        batch.append(raw)
        size += len(raw.body) + sum(len(added) for added, _ in raw.lines)
        if size > _BATCH:
            yield from _count_batch(batch, scrub)
            batch, size = [], 0
    yield from _count_batch(batch, scrub)


def _read_all(repo: Path, span: list[str], salt: bytes) -> Iterator[_UnscrubbedCommit]:
    """Yield every commit: heavy ones with the texts of chosen files, all others with their patch."""
    known = weigh_commits(repo, span)
    gaps = [f":(top,exclude,literal){path}" for path in known.lost]
    if not known.heavy:
        yield from (_parse_record(record, salt) for record in _stream_records(repo, span, (), gaps))
        return
    how = ["--no-walk=unsorted", "--stdin"]
    light = _stream_records(repo, how, [one for one in known.order if one not in known.heavy], gaps)
    heavy = _stream_records(repo, how, list(known.heavy), gaps, patch=False)
    next_light, next_heavy = next(light, b""), next(heavy, b"")
    for id_ in known.order:
        start = id_.encode() + b"\0"
        if next_light.startswith(start):
            yield _parse_record(next_light, salt)
            next_light = next(light, b"")
        elif next_heavy.startswith(start):
            raw = _parse_record(next_heavy, salt)
            yield raw._replace(lines=read_chosen_texts(repo, raw.names, known.heavy[id_]))
            next_heavy = next(heavy, b"")


def _read_names(repo: Path, span: list[str], salt: bytes) -> Iterator[_UnscrubbedCommit]:
    """Yield every commit with the names of its files only.

    Looking for renames that changed the text needs both texts. Commits of which one is missing get exact renames only,
    and so do all others once there were many such, as in a clone without old contents.
    """
    done = 0
    try:
        for record in _stream_records(repo, span, (), (), patch=False):
            done += 1
            yield _parse_record(record, salt)
    except SourceError:
        order = ask_git(repo, "log", "--reverse", "--date-order", "--no-merges", "--format=%H", *span).split()
        yield from _read_names_with_gaps(repo, order[done:], salt)


def _read_names_with_gaps(repo: Path, order: list[str], salt: bytes) -> Iterator[_UnscrubbedCommit]:
    how = ["--no-walk=unsorted", "--stdin"]
    for _ in range(_MOST_GAPS):
        for record in _stream_records(repo, how, order[:1], (), patch=False, renames=_EXACT):
            yield _parse_record(record, salt)
        order = order[1:]
        if not order:
            return
        done = 0
        try:
            for record in _stream_records(repo, how, order, (), patch=False):
                done += 1
                yield _parse_record(record, salt)
        except SourceError:
            order = order[done:]
        else:
            return
    for record in _stream_records(repo, how, order, (), patch=False, renames=_EXACT):
        yield _parse_record(record, salt)


def _count_batch(batch: list[_UnscrubbedCommit], scrub: Scrub) -> Iterator[HistoryCommit]:
    """Yield the commits with clean messages and the words of clean lines.

    Words that go need no scrubbing: they only meet words that came, which were clean.
    """
    dirty = [text for raw in batch for text in (raw.subject, raw.body, *(added for added, _ in raw.lines))]
    clean = iter(scrub(dirty))
    for raw in batch:
        subject, body = next(clean), next(clean)
        files = tuple(
            TouchedFile(path, status, old, _words_of(next(clean)), _words_of(removed))
            for (path, status, old), (_, removed) in zip(raw.names, raw.lines, strict=True)
        )
        yield HistoryCommit(raw.id, raw.at, raw.author, subject, body, files)


def _words_of(clean: str) -> Mapping[str, int]:
    return count_words(clean) if clean else _NOTHING


def list_paths(repo: Path, head: str) -> list[str]:
    """Return the paths of all files of a commit, links and submodules left out."""
    rows = ask_git(repo, "ls-tree", "-r", "-z", "--full-tree", head).split("\0")
    return [row.partition("\t")[2] for row in rows if row.startswith("100")]


def author_key(address: str, salt: bytes) -> str:
    """Return what stands for an author's address everywhere behind this module; empty for no address."""
    return blake2b(address.strip().lower().encode(), key=salt[:64], digest_size=6).hexdigest() if address else ""


def read_own_author(repo: Path, salt: bytes) -> str:
    """Return ``author_key`` of the address that git would sign with here; empty where none is set."""
    return author_key(ask_git(repo, "config", "user.email", accept=(0, 1)).strip(), salt)


def decode_text(raw: bytes) -> str:
    """Decode bytes as UTF-8; what is not UTF-8 becomes escapes, so that names stay apart."""
    return raw.decode("utf-8", "backslashreplace")


def _stream_records(
    repo: Path,
    span: list[str],
    ids: Sequence[str],
    paths: Sequence[str],
    *,
    patch: bool = True,
    renames: str = "-M",
) -> Iterator[bytes]:
    """Yield the raw text of each commit of the span, or of ``ids``.

    It holds the message fields, the raw rows and, if asked for, the patch.
    """
    mark = secrets.token_hex(8)  # unguessable, so that no patch can look like the start of a commit
    words = [
        "log",
        *([] if ids else ["--reverse", "--date-order"]),
        "--no-merges",
        renames,
        "-l400",
        "--raw",
        "-z",
        *(["-p", "-U0"] if patch else []),
        "--no-color",
        "--ignore-submodules",
        "--encoding=UTF-8",
        f"--format={mark}%H%x00%ct%x00%ae%x00%s%x00%b%x00",
        *span,
        *(["--", ":(top)", *paths] if paths else []),
    ]
    start = mark.encode()
    with stream_git(repo, *words, stdin=ids) as output:
        held, scanned = bytearray(), 0
        while chunk := output.read(_CHUNK):
            held += chunk
            if held.find(start, scanned) < 0:
                if len(held) > _MOST_HELD:
                    del held[_MOST_HELD // 2 : -len(start)]  # names stand first; so large a patch gives no words
                scanned = max(0, len(held) - len(start))
                continue
            *whole, rest = held.split(start)
            yield from (bytes(record) for record in whole if record)
            held, scanned = rest, 0
    if held:
        yield bytes(held)


def _parse_record(record: bytes, salt: bytes) -> _UnscrubbedCommit:
    id_, at, address, subject, body, rest = record.split(b"\0", 5)
    rows, _, patch = rest.partition(b"\0\0")
    names = _parse_names(rows)
    return _UnscrubbedCommit(
        id=id_.decode(),
        at=int(at or 0),
        author=author_key(decode_text(address), salt),
        subject=decode_text(subject)[:_MOST_MESSAGE],
        body=decode_text(body)[:_MOST_MESSAGE],
        names=names,
        lines=[
            _pick_lines(name[0], block) for name, block in zip(names, _split_blocks(patch, len(names)), strict=True)
        ],
    )


def _parse_names(rows: bytes) -> list[tuple[str, Status, str | None]]:
    """Return path, status and old path of each file; links and submodules keep their names too."""
    names: list[tuple[str, Status, str | None]] = []
    fields = iter(rows.split(b"\0"))
    for field in fields:
        if not field.lstrip(b"\n").startswith(b":"):
            continue
        letter = field.split()[-1][:1]
        path = decode_text(next(fields))
        if letter in b"RC":
            old, path = path, decode_text(next(fields))
            names.append((path, Status.RENAMED, old) if letter == b"R" else (path, Status.ADDED, None))
        else:
            names.append((path, Status(letter.decode()) if letter in b"AD" else Status.MODIFIED, None))
    return names


def _split_blocks(patch: bytes, expected: int) -> list[bytes]:
    """Return the patch of each file, in the order of the raw rows; empty ones where the numbers differ."""
    blocks = (b"\n" + patch).split(b"\ndiff --git ")[1:]
    return blocks if len(blocks) == expected else [b""] * expected


def _pick_lines(path: str, block: bytes) -> tuple[str, str]:
    """Return the lines added and the lines removed.

    A file that is too long or written by a program gives none.
    """
    most = _MOST_DATA if path.endswith(DATA) else _MOST_PATCH
    if not block or len(block) > most or path.endswith(NO_WORDS):
        return "", ""
    _, _, hunks = block.partition(b"\n@@")
    lines = [line for line in decode_text(hunks).split("\n") if len(line) < LONGEST_LINE]
    added = "\n".join(line[1:] for line in lines if line.startswith("+"))
    return added, "\n".join(line[1:] for line in lines if line.startswith("-"))
