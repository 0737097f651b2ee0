"""What did commits change, and what did their authors say about it? One ``git log`` over the named commits.

White space counts: a change of nothing else has its message too. Texts are scrubbed before anybody sees them; of very
long files and lines only a part is kept, since nobody describes what a program wrote.
"""

import re
import secrets
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from zlib import crc32

from twiceshy.base.errors import SourceError
from twiceshy.logs.commit_words import LONGEST_LINE, Scrub, author_key, read_own_author
from twiceshy.logs.git import EMPTY_TREE, LARGEST_PATCH, split_records
from twiceshy.logs.git_lines import unquote_name
from twiceshy.logs.git_patch import START, parse_body, parse_subject, split_files
from twiceshy.logs.git_program import ask_git, stream_git
from twiceshy.records.commits import CommitLines, DescribedChange, DescribedFile, FileLines

# What does ``git log -p`` say of named commits? Read as a stream, and on behind commits whose contents are lost.

_PATCH_WORDS: Final = (
    "--no-walk=unsorted",
    "--ignore-missing",
    "--stdin",
    "-p",
    "-U0",
    "--diff-algorithm=myers",
    "--ignore-submodules",
    "--no-color",
    "--no-notes",
    "--no-decorate",
)
_MOST_GAPS: Final = 50
"""Times that reading goes on behind a commit whose contents are not there (guess, 2026-11-23)."""


def read_patches(repo: Path, names: Sequence[str], form: str, words: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
    """Yield the record of each of these commits, in their order, and whether it is whole.

    Args:
        repo: the repository.
        names: hashes of commits.
        form: fields of ``git log --format`` with a ``%x00`` behind each; the patch follows them.
        words: further options of ``git log``.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    at = 0
    for gap in range(_MOST_GAPS + 1):
        try:
            for found in _read(repo, names[at:], form, words):
                at += 1
                yield found
        except SourceError:
            if gap == _MOST_GAPS:
                raise
            at += 1
        else:
            return


def _read(repo: Path, names: Sequence[str], form: str, words: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
    mark = b"\0" + secrets.token_hex(8).encode() + b"\0"  # no content can look like it
    marked = f"--format=%x00{mark[1:-1].decode()}%x00{form}"
    held: tuple[bytes, bool] | None = None  # git may end in the midst of a patch, and says so afterwards
    with stream_git(repo, "log", *_PATCH_WORDS, *words, marked, stdin=names) as output:
        for found in split_records(output, mark):
            if held:
                yield held
            held = found
    if held:
        yield held


# Which lines did commits take out and put in? One ``git log`` over the named commits, read as a stream.

_LINE_WORDS: Final = ("-w", "-M", "-l400", "--src-prefix=a/", "--dst-prefix=b/")
_COUNTED: Final = ("--root", "-U3", "-M", "-l1000", "--indent-heuristic", "--src-prefix=a/", "--dst-prefix=b/")
"""As ``git.NUMBERS`` and ``git.PATCH``: without lines around a change git may call other ones of equal lines new."""
_HUNK: Final = re.compile(rb"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def read_line_changes(repo: Path, names: Sequence[str]) -> Iterator[CommitLines]:
    """Yield the changed lines of each of these commits, in their order.

    What git cannot read is passed over, and so is a commit whose patch has more than ``LARGEST_PATCH`` bytes.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    for record, whole in read_patches(repo, names, "%H%x00", _LINE_WORDS):
        if whole:
            commit, _, patch = record.partition(b"\0")
            yield CommitLines(commit.decode(), [_parse_changed_file(*one) for one in split_files(patch)])


def _parse_changed_file(header: bytes, hunks: bytes) -> FileLines:
    rows = header.decode("utf-8", "backslashreplace").split("\n")[1:]
    old = find_side_name(rows, "--- ", "rename from ", "a/")
    new = find_side_name(rows, "+++ ", "rename to ", "b/")
    lines = hunks.decode("utf-8", "replace").split("\n")
    return FileLines(
        new, old, [line[1:] for line in lines if line[:1] == "-"], [line[1:] for line in lines if line[:1] == "+"]
    )


def find_side_name(rows: Sequence[str], start: str, rename: str, prefix: str) -> str:
    r"""Return the file's name on one side; empty where it is not there, or nothing but its mode changed.

    >>> find_side_name(["--- a/x y\t", "+++ /dev/null"], "--- ", "rename from ", "a/")
    'x y'
    """
    for row in rows:
        if row.startswith(rename):
            return unquote_name(row.removeprefix(rename))
        if row.startswith(start):
            name = unquote_name(row.removeprefix(start).removesuffix("\t"))
            return name.removeprefix(prefix) if name != "/dev/null" else ""
    return ""


def read_line_numbers(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, dict[str, tuple[set[int], set[int]]]]]:
    """Yield each of these commits with the numbers of the lines that each file gained and lost, by its name there.

    They are those that ``git log --numstat`` counts as ``logs.git`` asks for it. A commit whose patch is too large
    has no file.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    for record, whole in read_patches(repo, names, "%H%x00", _COUNTED):
        commit, _, patch = record.partition(b"\0")
        files = [_number_file(*one) for one in split_files(patch)] if whole else []
        yield commit.decode(), {name: (added, removed) for name, added, removed in files}


def _number_file(header: bytes, hunks: bytes) -> tuple[str, set[int], set[int]]:
    """Return the file's name, and the numbers of the lines that it gained and lost."""
    rows = header.decode("utf-8", "backslashreplace").split("\n")[1:]
    added, removed = set[int](), set[int]()
    was = now = 0
    for line in hunks.split(b"\n"):
        if found := _HUNK.match(line):
            was, now = int(found[1]), int(found[2])
        elif line[:1] == b"+":
            added.add(now)
            now += 1
        elif line[:1] == b"-":
            removed.add(was)
            was += 1
        elif line[:1] == b" ":
            was, now = was + 1, now + 1
    return find_side_name(rows, "+++ ", "rename to ", "b/"), added, removed


_WORDS: Final = ("-M", "-l400", "--src-prefix=a/", "--dst-prefix=b/")
_STAGED: Final = ("-p", "-U0", "--no-color", "--ignore-submodules")
_FORM: Final = "%H%x00%P%x00%an%x00%ae%x00%ct%x00%B%x00"
_MOST_LINES: Final = 400
"""Lines of one side of one file that are kept: ten times those of most messages' changes (guess, 2026-11-23)."""
_BATCH: Final = 1 << 20
"""Characters that are scrubbed at once (guess, 2026-11-23: as ``commit_words``)."""
_PROGRAM: Final = re.compile(
    r"\[bot\]|\bbot\b|[-_]bot\b|^(?:dependabot|renovate|github-actions|greenkeeper)\b", re.IGNORECASE
)
_HEAD: Final = re.compile(r"^@@ [^@]*@@ ?(.*)$", re.MULTILINE)


def list_newest_commits(repo: Path, limit: int, head: str = "HEAD") -> list[str]:
    """Return the hashes of the newest commits behind ``head``, oldest first; 0 for all.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    words = [f"-n{limit}"] if limit else []
    return ask_git(repo, "rev-list", "--date-order", *words, head).split()[::-1]


def read_described_changes(
    repo: Path, names: Sequence[str], *, salt: bytes, scrub: Scrub = list
) -> Iterator[DescribedChange]:
    """Yield these commits in their order, scrubbed; what git cannot read is passed over.

    ``scrub`` gets every text, many at a time, and gives them back in order.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    batch: list[DescribedChange] = []
    size = 0
    for record, whole in read_patches(repo, names, _FORM, _WORDS):
        batch.append(_parse_change(record, salt, whole=whole))
        size += min(len(record), _BATCH)
        if size >= _BATCH:
            yield from _scrub_batch(batch, scrub)
            batch, size = [], 0
    yield from _scrub_batch(batch, scrub)


def read_staged_description(
    repo: Path, head: str | None, at: int, *, salt: bytes, scrub: Scrub = list, index: Path | None = None
) -> DescribedChange | None:
    """Return what would be committed now, scrubbed and without a message; None where nothing is staged.

    ``head`` is the commit it would follow, None for the first one; ``index`` as ``stream_git`` has it.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    top = Path(ask_git(repo, "rev-parse", "--show-toplevel").removesuffix("\n"))
    with stream_git(top, "diff", "--cached", *_STAGED, *_WORDS, head or EMPTY_TREE, index=index) as output:
        patch = output.read(LARGEST_PATCH)
    start = patch.find(START)
    if start < 0:
        return None
    change = DescribedChange(
        commit="staged",
        parents=1 if head else 0,
        author=read_own_author(repo, salt),
        by_program=False,
        at=at,
        subject="",
        body="",
        files=[_parse_file(*one) for one in split_files(patch[start:])],
        whole=len(patch) < LARGEST_PATCH,
        redacted=False,
    )
    return next(iter(_scrub_batch([change], scrub)))


def _parse_change(record: bytes, salt: bytes, *, whole: bool) -> DescribedChange:
    commit, parents, name, address, at, message, patch = record.split(b"\0", 6)
    said, author = _decode(message), _decode(address)
    start = patch.find(START)
    return DescribedChange(
        commit=commit.decode(),
        parents=len(parents.split()),
        author=author_key(author, salt),
        by_program=_PROGRAM.search(_decode(name)) is not None or _PROGRAM.search(author) is not None,
        at=int(at or 0),
        subject=parse_subject(said),
        body=parse_body(said),
        files=[_parse_file(*one) for one in split_files(patch[start:])] if start >= 0 else [],
        whole=whole,
        redacted=False,
    )


def _parse_file(header: bytes, hunks: bytes) -> DescribedFile:
    title, *rows = _decode(header).split("\n")
    old = find_side_name(rows, "--- ", "rename from ", "a/")
    new = find_side_name(rows, "+++ ", "rename to ", "b/")
    gone = any(row.startswith("deleted file mode") for row in rows)
    if not old and not new:  # no text changed: the title has both names, equal ones
        old = new = unquote_name(title[len(START) :][: (len(title) - len(START)) // 2]).removeprefix("a/")
    lines = hunks.decode("utf-8", "replace").split("\n")
    heads = [one[1] for one in _HEAD.finditer("\n".join(line for line in lines if line.startswith("@@ "))) if one[1]]
    return DescribedFile(
        path=new or old,
        old_path="" if any(row.startswith("new file mode") for row in rows) else old,
        gone=gone,
        heads=heads[:_MOST_LINES],
        removed=_keep_lines(lines, "-"),
        added=_keep_lines(lines, "+"),
        changed_lines=sum(line[:1] in ("-", "+") for line in lines),
    )


def _keep_lines(lines: Sequence[str], sign: str) -> list[str]:
    return [line[1:] for line in lines if line[:1] == sign and len(line) < LONGEST_LINE][:_MOST_LINES]


def _scrub_batch(batch: Sequence[DescribedChange], scrub: Scrub) -> Iterator[DescribedChange]:
    """Yield the changes with clean texts; a block of lines is scrubbed as one, since a secret can have several."""
    dirty: list[str] = []
    for one in batch:
        dirty += [one.subject, one.body]
        for file in one.files:
            dirty += [file.path, file.old_path, *("\n".join(part) for part in (file.heads, file.removed, file.added))]
    clean = iter(scrub(dirty))
    for one in batch:
        subject, body = next(clean), next(clean)
        yield DescribedChange(
            commit=one.commit,
            parents=one.parents,
            author=one.author,
            by_program=one.by_program,
            at=one.at,
            subject=subject,
            body=body,
            files=[_rebuild_file(file, clean) for file in one.files],
            whole=one.whole,
            redacted=subject != one.subject,
        )


def _rebuild_file(file: DescribedFile, clean: Iterator[str]) -> DescribedFile:
    path, old_path = next(clean), next(clean)
    heads, removed, added = _split_lines(next(clean)), _split_lines(next(clean)), _split_lines(next(clean))
    return file._replace(path=path, old_path=old_path, heads=heads, removed=removed, added=added)


def _split_lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


# Which words stand in the messages of commits, and in the lines that they put in? As numbers, for counting only.
#
# A word is a bucket of its checksum: two words may share one, and none can be read back.

BUCKETS: Final = 1 << 17
"""Buckets of words: ten for each that counts in a large history (guess, 2026-11-23)."""
_MOST_WORDS: Final = 2000
"""Different words of one commit that are kept: more are data, no code (guess, 2026-11-23)."""
_WORD: Final = re.compile(rb"[A-Za-z_]\w+")
_ADDED: Final = re.compile(rb"^\+(?!\+\+ )(.*)", re.MULTILINE)


def read_commit_tokens(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield each of these commits with the buckets of its words, in their order.

    What git cannot read is passed over; of a very large patch the beginning counts.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    for record, _ in read_patches(repo, names, "%H%x00%B%x00", ("--no-renames",)):
        commit, _, rest = record.partition(b"\0")
        message, _, patch = rest.partition(b"\0")
        yield commit.decode(), hash_words(message, patch)


def hash_words(message: bytes, patch: bytes) -> Sequence[int]:
    """Return the buckets of the words of a message and of a patch's added lines, each once, rising.

    A word of the message is another than the same word in a line.
    """
    said = dict.fromkeys(one.lower() for one in _WORD.findall(message))
    added = dict.fromkeys(word for line in _ADDED.findall(patch) for word in _WORD.findall(line))
    words = [*(b"message " + one for one in said), *added][:_MOST_WORDS]
    return array("I", sorted({crc32(one) % BUCKETS for one in words}))
