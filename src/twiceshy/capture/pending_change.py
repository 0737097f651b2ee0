"""A change that is not committed yet, as the commit that it would be: what is staged, or what a patch does.

Its message is not known, and its time is now.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from twiceshy.capture.changed_texts import split_patch
from twiceshy.capture.edits import hash_lines
from twiceshy.capture.git import LARGEST_PATCH, MOST_LINES, NUMBERS, PATCH, add_line_hashes, hash_author, parse_numstat
from twiceshy.capture.git_program import ask_git, stream_git
from twiceshy.capture.repository_place import locate_repository
from twiceshy.errors import SourceError
from twiceshy.records.commits import Commit, CommitFile, RawCommit

STAGED: Final = "staged"
DIFF: Final = "diff"
_EMPTY_TREE: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What the first commit is compared with: git's name for a tree without files."""
_HARMLESS: Final = ("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules")


def read_staged_change(repo: Path, now: datetime, *, salt: bytes = b"") -> RawCommit:
    """Return what would be committed now; without files where nothing is staged.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    head = locate_repository(repo).head
    top = Path(ask_git(repo, "rev-parse", "--show-toplevel").removesuffix("\n"))
    return _make_commit(repo, STAGED, _read_diff(top, ["--cached", head or _EMPTY_TREE], salt), now, salt)


def _read_diff(top: Path, words: Sequence[str], salt: bytes) -> list[CommitFile[str]]:
    """Return the files of ``git diff``, with the hashes of the lines that they gain; none of these where it is huge."""
    with stream_git(top, "diff", "-z", *_HARMLESS, *NUMBERS, *PATCH, *words) as output:
        printed = output.read(LARGEST_PATCH)
        files, patch = parse_numstat(printed)
        if len(printed) < LARGEST_PATCH:
            add_line_hashes(patch, files, salt, "sha1")
    return files


def read_patch_change(repo: Path, text: str, now: datetime, *, salt: bytes = b"") -> RawCommit:
    """Return what a unified diff would commit.

    Raises:
        SourceError: it holds no change, or there is no repository.
        ToolMissing: there is no git.
    """
    files = list(_count_lines(text, salt))
    if not files:
        raise SourceError("the patch changes no text. It has to be a unified diff, as `git diff` writes it.")
    return _make_commit(repo, DIFF, files, now, salt)


def _count_lines(text: str, salt: bytes) -> Iterator[CommitFile[str]]:
    for row, hunks in split_patch(text):
        lines = hunks.split("\n")
        gained = [line[1:] for line in lines if line.startswith("+")]
        yield CommitFile(
            path=row.new or row.old,
            old_path=row.old if row.old and row.new and row.old != row.new else None,
            added=len(gained),
            removed=sum(line.startswith("-") for line in lines),
            added_hashes=hash_lines(gained, salt) if len(gained) <= MOST_LINES else b"",
        )


def _make_commit(repo: Path, name: str, files: Iterable[CommitFile[str]], now: datetime, salt: bytes) -> RawCommit:
    """Return the commit; its author is nobody where git does not know who works here."""
    head = locate_repository(repo).head
    address = ask_git(repo, "config", "--get", "user.email", accept=(0, 1)).strip()
    offset = now.utcoffset()
    return Commit(
        hash=name,
        parents=(head,) if head else (),
        author=hash_author(address, salt) if address else b"",
        authored_at=now.astimezone(UTC),
        authored_offset_min=round(offset.total_seconds() / 60) if offset else 0,
        committed_at=now.astimezone(UTC),
        subject="",
        files=tuple(files),
    )
