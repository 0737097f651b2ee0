"""The commits of a repository, oldest first, each with its files and the words that its patch adds and takes away.

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

from twiceshy.capture.git_program import ask_git, git_output
from twiceshy.capture.heavy import DATA, NO_WORDS, weighed, whole_texts
from twiceshy.errors import SourceError
from twiceshy.facts.ranking import count_words
from twiceshy.records.changes import Change, Status, Touched

CHUNK = 1 << 20
LONGEST_LINE = 400  # characters: minified text and data have longer ones (guess)
MOST_PATCH = 150_000  # characters of one file in one commit whose words are read; generated files exceed it (guess)
MOST_MESSAGE = 20_000  # characters of a message that are read
MOST_HELD = 256 << 20  # bytes of one commit in memory
BATCH = 1 << 20  # characters that are scrubbed at once
MOST_GAPS = 8  # times that reading goes on behind a missing content
EXACT = "-M100%"
MOST_DATA = 5_000  # the same for files that more often hold data than thoughts (guess)
NOTHING: Mapping[str, int] = {}
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
    words: bool = True,
) -> Iterator[Change]:
    """Commits reachable from ``head`` and not from ``after``, oldest first; only the newest ``limit`` if above 0.

    Without ``words`` no patch is read: files have names only, at a tenth of the cost. ``scrub`` gets every text before
    a word of it is counted, many at a time, and gives them back in order.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    span = [*([f"-n{limit}"] if limit else []), head if after is None else f"{after}..{head}"]
    batch: list[Raw] = []
    size = 0
    for raw in _all(repo, span, salt) if words else _named(repo, span, salt):
        batch.append(raw)
        size += len(raw.body) + sum(len(added) for added, _ in raw.lines)
        if size > BATCH:
            yield from _counted(batch, scrub)
            batch, size = [], 0
    yield from _counted(batch, scrub)


def _all(repo: Path, span: list[str], salt: bytes) -> Iterator[Raw]:
    """Every commit: heavy ones by their names and the chosen of their files, all others with their patch."""
    known = weighed(repo, span)
    gaps = [f":(top,exclude,literal){path}" for path in known.lost]
    if not known.heavy:
        yield from (_raw(record, salt) for record in _records(repo, span, (), gaps))
        return
    how = ["--no-walk=unsorted", "--stdin"]
    light = _records(repo, how, [one for one in known.order if one not in known.heavy], gaps)
    heavy = _records(repo, how, list(known.heavy), gaps, patch=False)
    next_light, next_heavy = next(light, b""), next(heavy, b"")
    for id_ in known.order:
        start = id_.encode() + b"\0"
        if next_light.startswith(start):
            yield _raw(next_light, salt)
            next_light = next(light, b"")
        elif next_heavy.startswith(start):
            raw = _raw(next_heavy, salt)
            yield raw._replace(lines=whole_texts(repo, raw.names, known.heavy[id_]))
            next_heavy = next(heavy, b"")


def _named(repo: Path, span: list[str], salt: bytes) -> Iterator[Raw]:
    """Every commit by its names.

    Looking for renames that changed the text needs both texts. Commits of which one is missing get exact renames only,
    and so do all others once there were many such, as in a clone without old contents.
    """
    done = 0
    try:
        for record in _records(repo, span, (), (), patch=False):
            done += 1
            yield _raw(record, salt)
    except SourceError:
        order = ask_git(repo, "log", "--reverse", "--date-order", "--no-merges", "--format=%H", *span).split()
        yield from _named_with_gaps(repo, order[done:], salt)


def _named_with_gaps(repo: Path, order: list[str], salt: bytes) -> Iterator[Raw]:
    how = ["--no-walk=unsorted", "--stdin"]
    for _ in range(MOST_GAPS):
        for record in _records(repo, how, order[:1], (), patch=False, renames=EXACT):
            yield _raw(record, salt)
        order = order[1:]
        if not order:
            return
        done = 0
        try:
            for record in _records(repo, how, order, (), patch=False):
                done += 1
                yield _raw(record, salt)
        except SourceError:
            order = order[done:]
        else:
            return
    for record in _records(repo, how, order, (), patch=False, renames=EXACT):
        yield _raw(record, salt)


def _counted(batch: list[Raw], scrub: Scrub) -> Iterator[Change]:
    """The commits with clean messages and the words of clean lines.

    Words that go need no scrubbing: they only meet words that came, which were clean.
    """
    dirty = [text for raw in batch for text in (raw.subject, raw.body, *(added for added, _ in raw.lines))]
    clean = iter(scrub(dirty))
    for raw in batch:
        subject, body = next(clean), next(clean)
        files = tuple(
            Touched(path, status, old, _words(next(clean)), _words(removed))
            for (path, status, old), (_, removed) in zip(raw.names, raw.lines, strict=True)
        )
        yield Change(raw.id, raw.at, raw.author, subject, body, files)


def _words(clean: str) -> Mapping[str, int]:
    return count_words(clean) if clean else NOTHING


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
    store, shallow, prefix, *_ = [*ask_git(repo, "rev-parse", *asked).split("\n"), ""]
    head = ask_git(repo, "rev-parse", "--verify", "-q", "HEAD", accept=(0, 1)).strip()
    return Place(Path(store), head or None, shallow == "true", prefix)


def contains(repo: Path, ancestor: str, head: str) -> bool:
    """Whether ``ancestor`` is in the history of ``head``: false after a rewrite."""
    try:
        ask_git(repo, "merge-base", "--is-ancestor", ancestor, head)
    except SourceError:
        return False
    return True


def paths_at(repo: Path, head: str) -> list[str]:
    """Paths of all files of a commit, links and submodules left out."""
    rows = ask_git(repo, "ls-tree", "-r", "-z", "--full-tree", head).split("\0")
    return [row.partition("\t")[2] for row in rows if row.startswith("100")]


def author_key(address: str, salt: bytes) -> str:
    """What stands for an author's address everywhere behind this module."""
    return blake2b(address.strip().lower().encode(), key=salt[:64], digest_size=6).hexdigest() if address else ""


def own_author(repo: Path, salt: bytes) -> str:
    """``author_key`` of the address that git would sign with here; empty where none is set."""
    return author_key(ask_git(repo, "config", "user.email", accept=(0, 1)).strip(), salt)


def text(raw: bytes) -> str:
    """Bytes as text; names that are not UTF-8 keep their bytes as escapes, so that they stay apart."""
    return raw.decode("utf-8", "backslashreplace")


def _records(
    repo: Path,
    span: list[str],
    ids: Sequence[str],
    paths: Sequence[str],
    *,
    patch: bool = True,
    renames: str = "-M",
) -> Iterator[bytes]:
    """The raw text of each commit of the span, or of ``ids``: message fields, raw rows and, if asked for, patch."""
    mark = secrets.token_hex(8)  # unguessable, so that no patch can look like the start of a commit
    words = [
        "log", *([] if ids else ["--reverse", "--date-order"]), "--no-merges", renames, "-l400", "--raw", "-z",
        *(["-p", "-U0"] if patch else []),
        "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules", "--encoding=UTF-8",
        "--no-show-signature", f"--format={mark}%H%x00%ct%x00%ae%x00%s%x00%b%x00", *span,
        *(["--", ":(top)", *paths] if paths else []),
    ]  # fmt: skip
    start = mark.encode()
    with git_output(repo, *words, stdin=ids) as output:
        held, scanned = bytearray(), 0
        while chunk := output.read(CHUNK):
            held += chunk
            if held.find(start, scanned) < 0:
                if len(held) > MOST_HELD:
                    del held[MOST_HELD // 2 : -len(start)]  # names stand first; so large a patch gives no words
                scanned = max(0, len(held) - len(start))
                continue
            *whole, rest = held.split(start)
            yield from (bytes(record) for record in whole if record)
            held, scanned = rest, 0
    if held:
        yield bytes(held)


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
