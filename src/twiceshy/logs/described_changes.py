"""What did commits change, and what did their authors say about it? One ``git log`` over the named commits.

White space counts: a change of nothing else has its message too. Texts are scrubbed before anybody sees them; of very
long files and lines only a part is kept, since nobody describes what a program wrote.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from twiceshy.logs.commit_words import LONGEST_LINE, Scrub, author_key, read_own_author
from twiceshy.logs.git import EMPTY_TREE, LARGEST_PATCH
from twiceshy.logs.git_blame import unquote_name
from twiceshy.logs.git_line_changes import find_side_name
from twiceshy.logs.git_message import parse_body, parse_subject
from twiceshy.logs.git_patch import START, split_files
from twiceshy.logs.git_patches import read_patches
from twiceshy.logs.git_program import ask_git, stream_git
from twiceshy.records.described_changes import DescribedChange, DescribedFile

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
