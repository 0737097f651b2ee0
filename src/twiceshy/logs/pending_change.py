"""A change that is not committed yet, as the commit that it would be: what is staged, a patch, or files as they are.

Its message is not known, and its time is now.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import read_foreign
from twiceshy.logs.changed_texts import split_patch
from twiceshy.logs.edits import change_from_texts, hash_lines
from twiceshy.logs.git import (
    EMPTY_TREE,
    LARGEST_PATCH,
    MOST_LINES,
    NUMBERS,
    PATCH,
    add_line_hashes,
    hash_author,
    parse_numstat,
)
from twiceshy.logs.git_lines import LARGEST_FILE, read_contents
from twiceshy.logs.git_program import ask_git, stream_git
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.commits import Commit, CommitFile, RawCommit

STAGED: Final = "staged"
DIFF: Final = "diff"
PENDING: Final = "pending"
_MOST_FILES: Final = 500
"""Files that are read as they are (guess, 2026-11-23: ten times those of one task)."""
_HARMLESS: Final = ("--no-color", "--ignore-submodules")


def read_staged_change(repo: Path, now: datetime, *, salt: bytes = b"") -> RawCommit:
    """Return what would be committed now; without files where nothing is staged.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    head = locate_repository(repo).head
    top = Path(ask_git(repo, "rev-parse", "--show-toplevel").removesuffix("\n"))
    return _make_commit(repo, STAGED, _read_diff(top, ["--cached", head or EMPTY_TREE], salt), now, salt)


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


def read_file_changes(repo: Path, names: Collection[str], now: datetime, *, salt: bytes = b"") -> RawCommit:
    """Return what a commit of these files as they are now would hold; without files where none differs from HEAD.

    ``names`` are paths as logs have them. Files that git ignores are left out. Git does not look at the files
    themselves, since that could run a filter of the repository.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    top = Path(ask_git(repo, "rev-parse", "--show-toplevel").removesuffix("\n"))
    listed = ask_git(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    files = sorted(find_named_files(top, names, {one for one in listed if one}))[:_MOST_FILES]
    before = {one.name.partition(":")[2]: one.text for one in read_contents(top, [f"HEAD:{one}" for one in files])}
    changes = (_compare(path, before.get(path, b""), _read_file(top, path), salt) for path in files)
    return _make_commit(repo, PENDING, [one for one in changes if one is not None], now, salt)


def find_named_files(top: Path, names: Iterable[str], files: Collection[str]) -> set[str]:
    """Return the files of a repository that paths of logs mean.

    These are absolute, or begin in the folder that the agent worked in: the repository's top, or one below it.
    """
    return {file for name in names if (file := _find_file(top, to_local_path(name), files))}


def _find_file(top: Path, name: str, files: Collection[str]) -> str:
    """Return the file that a path means; empty where it is none here, or could be several."""
    if name.startswith("/"):
        below = Path(name).relative_to(top).as_posix() if Path(name).is_relative_to(top) else ""
        return below if below in files else ""
    if name in files:
        return name
    likely = [one for one in files if one.endswith(f"/{name}")] if "/" in name else []
    return likely[0] if len(likely) == 1 else ""


def _read_file(top: Path, path: str) -> bytes | None:
    """Return a file as it is; empty where it is gone, None where it cannot be looked at."""
    if not (top / path).is_symlink() and not (top / path).exists():
        return b""
    try:
        return read_foreign(top / path, LARGEST_FILE, top)
    except OSError:
        return None


def _compare(path: str, before: bytes, after: bytes | None, salt: bytes) -> CommitFile[str] | None:
    """Return what became of a file; None where that is nothing, or not known. Ends of lines are no change."""
    if after is None or before.replace(b"\r\n", b"\n") == after.replace(b"\r\n", b"\n"):
        return None
    if b"\0" in before + after:
        return CommitFile(path=path, added=None, removed=None)
    old, new = (text.replace(b"\r\n", b"\n").decode("utf-8", "replace") for text in (before, after))
    change = change_from_texts(old, new, salt)
    return CommitFile(path=path, added=change.added, removed=change.removed, added_hashes=change.added_hashes)


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
