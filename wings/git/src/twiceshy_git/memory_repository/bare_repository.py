"""Months of memory in a bare repository: one ref a writer and month, each a commit without parent.

Its tree holds the segments in ``chunks`` and a file that names the form. Nothing hangs on an older state, so what is
replaced is gone with the next ``drop_loose_ends``. Refs of other writers are read, never written.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import IO, Final, NamedTuple

from twiceshy.base.errors import StoreCorrupt
from twiceshy_git.memory_repository import git_objects, memory_place
from twiceshy_git.memory_repository.git_objects import GitObject
from twiceshy_git.memory_repository.memory_git import ask_memory_git, stream_memory_git

OWN: Final = "refs/twiceshy/memory/"
REMOTE: Final = "refs/twiceshy/remote/"
_REF: Final = re.compile(r"refs/twiceshy/(?:remote/(?P<remote>.+)/)?memory/(?P<writer>[0-9a-f]{16})/(?P<month>\d{6})")
_ENDING: Final = ".zst"
_CHUNKS: Final = "chunks"
_META: Final = "meta.json"
_LARGEST: Final = 10_000_000  # bytes of a file that is read: no larger one is written (guess of 2026-11-23)
_LARGEST_TREE: Final = 32 << 20  # bytes of a folder's list: 300,000 segments (guess of 2026-11-23)
_PIECE: Final = 1 << 20  # bytes read at once of what is passed over (guess of 2026-11-23)
_FORM: Final = b'{%b"format":"twiceshy/memory","month":"%b","version":1}\n'
_COMPACTED: Final = b'"compacted":true,'
_ABSENT: Final = "0" * 40


class MemoryRef(NamedTuple):
    """A month of a writer, as a ref of the bare repository."""

    name: str
    hash: str
    """Of its commit."""
    writer: str
    month: str
    """Year and month, six digits."""
    remote: str = ""
    """From which remote it was fetched; empty where it was written on this machine."""


class StoredMonth(NamedTuple):
    """A ref with the names of its segments."""

    ref: MemoryRef
    segments: Mapping[str, str]
    """Hash of the object, by name."""
    whole: bool = True
    """Whether its commit and tree are there."""

    def refuse_broken(self) -> None:
        """Refuse to write a month anew of which nothing can be read.

        Raises:
            StoreCorrupt: its commit or tree is missing.
        """
        if not self.whole:
            raise StoreCorrupt(
                f"the commit or tree of {self.ref.name} is missing, so that month was not written anew. "
                "See `twiceshy chunks verify`."
            )


class NewMonth(NamedTuple):
    """What a month is to be."""

    month: str
    kept: Mapping[str, str]
    """Segments that are stored already: hash of the object, by name."""
    added: Mapping[str, bytes]
    """Files of new segments, by name."""
    compacted: bool = False
    """Whether it was packed for good."""


class BareRepository:
    """The bare repository in a folder; it is made when something is first written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return (self.folder / "HEAD").exists()

    def make(self) -> None:
        """Make the repository where there is none: aside, then renamed, so that a kill leaves none that is half made.

        Raises:
            StoreUnwritable: it cannot be made.
        """
        if self.exists:
            return
        memory_place.prepare_memory_folder(self.folder.parent)
        draft = self.folder.with_name(f".{self.folder.name}.{token_hex(4)}")
        try:
            memory_place.prepare_memory_folder(draft)
            words = ("init", "--quiet", "--bare", "--template=", "--object-format=sha1", str(draft))
            ask_memory_git(draft, "-c", "init.defaultBranch=none", *words)
            draft.rename(self.folder)
        except OSError as error:
            if not self.exists:  # else another process was faster
                raise memory_place.refuse_place(error, self.folder) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def list_refs(self, *prefixes: str) -> list[MemoryRef]:
        """Return all months whose refs begin so, sorted by name; refs of another form are passed over."""
        if not self.exists:
            return []
        asked = prefixes or (OWN, REMOTE)
        rows = ask_memory_git(self.folder, "for-each-ref", "--format=%(objectname) %(refname)", *asked).decode()
        found = []
        for row in rows.splitlines():
            hash_, _, name = row.partition(" ")
            if part := _REF.fullmatch(name):
                found.append(MemoryRef(name, hash_, part["writer"], part["month"], part["remote"] or ""))
        return found

    def read_months(self, refs: Iterable[MemoryRef]) -> list[StoredMonth]:
        """Return the refs, each with its segments; one whose commit or tree is not there has none.

        Raises:
            StoreCorrupt: git cannot read the repository.
        """
        wanted = list(refs)
        asked = "".join(f"{ref.hash}:{_CHUNKS}\n" for ref in wanted)
        found = []
        for ref, content in zip(wanted, self._read(asked, "tree", _LARGEST_TREE), strict=True):
            names = {} if content is None else git_objects.read_tree(content)
            segments = {name.removesuffix(_ENDING): hash_ for name, hash_ in names.items() if name.endswith(_ENDING)}
            found.append(StoredMonth(ref, segments, content is not None))
        return found

    def list_compacted(self, refs: Iterable[MemoryRef]) -> set[str]:
        """Return the names of those refs whose month was packed for good, and nothing added since.

        Raises:
            StoreCorrupt: git cannot read the repository.
        """
        wanted = list(refs)
        asked = "".join(f"{ref.hash}:{_META}\n" for ref in wanted)
        answers = zip(wanted, self._read(asked, "blob", _LARGEST), strict=True)
        return {ref.name for ref, content in answers if content and _COMPACTED in content}

    def read_files(self, hashes: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield each object with its bytes; None where it is not there, is no file, or is larger than one of ours.

        Raises:
            StoreCorrupt: git cannot read the repository.
        """
        wanted = list(dict.fromkeys(hashes))
        yield from zip(wanted, self._read("".join(f"{hash_}\n" for hash_ in wanted), "blob", _LARGEST), strict=True)

    def _read(self, asked: str, kind: str, most: int) -> Iterator[bytes | None]:
        """Yield the bytes of each object that is asked for, a line each.

        Raises:
            StoreCorrupt: git gave less than was asked for.
        """
        if not asked:
            return
        with stream_memory_git(self.folder, "cat-file", "--batch", given=asked.encode()) as output:
            for _ in range(asked.count("\n")):
                yield _read_answer(output, kind, most)

    def write_months(self, writer: str, months: Iterable[NewMonth]) -> list[MemoryRef]:
        """Make the writer's months what is given, all at once or none; return their refs.

        A month without segments loses its ref. The caller holds the memory's lock.

        Raises:
            StoreUnwritable: it could not be written; the refs are as they were.
            StoreBusy: another program changed a ref meanwhile.
        """
        self.make()
        before = {ref.name: ref.hash for ref in self.list_refs(f"{OWN}{writer}/")}
        objects: list[GitObject] = []
        after: dict[str, str] = {}
        for one in months:
            made = _make_month(one)
            after[f"{OWN}{writer}/{one.month}"] = made[-1].hash if made else _ABSENT
            objects += made
        changed = {name: hash_ for name, hash_ in after.items() if before.get(name, _ABSENT) != hash_}
        if any(hash_ != _ABSENT for hash_ in changed.values()):
            ask_memory_git(self.folder, "index-pack", "--stdin", given=git_objects.build_pack(objects))
        if changed:
            lines = "".join(_say_update(name, hash_, before.get(name, _ABSENT)) for name, hash_ in changed.items())
            ask_memory_git(self.folder, "update-ref", "--stdin", given=lines.encode())
            ask_memory_git(self.folder, "pack-refs", "--all", "--prune")
            self._drop_empty_folders()
        return [ref for ref in self.list_refs(f"{OWN}{writer}/") if ref.name in after]

    def _drop_empty_folders(self) -> None:
        """Remove folders that git makes for what is not here: each takes a block of the disk."""
        for name in ("objects/info", "refs/heads", "refs/tags", "refs/twiceshy/memory", "refs/twiceshy"):
            with suppress(OSError):  # it is not empty, or not there
                (self.folder / name).rmdir()

    def drop_loose_ends(self) -> None:
        """Remove what no ref holds, and put the rest into one pack; the caller holds the memory's lock.

        Raises:
            StoreError: git refused; what refs hold is there.
        """
        if self.exists:
            ask_memory_git(self.folder, "repack", "-a", "-d", "-q", "--no-write-bitmap-index")
            ask_memory_git(self.folder, "prune", "--expire=now")
            ask_memory_git(self.folder, "pack-refs", "--all", "--prune")
            self._drop_empty_folders()


def _say_update(name: str, new: str, old: str) -> str:
    """Return the line that changes a ref, if it is what it was."""
    return f"delete {name} {old}\n" if new == _ABSENT else f"update {name} {new} {old}\n"


def _make_month(month: NewMonth) -> list[GitObject]:
    """Return the objects of a month, its commit last; none for a month without segments."""
    if not month.kept and not month.added:
        return []
    blobs = {name: GitObject("blob", content) for name, content in month.added.items()}
    names = {**month.kept, **{name: blob.hash for name, blob in blobs.items()}}
    chunks = git_objects.make_tree({f"{name}{_ENDING}": hash_ for name, hash_ in names.items()}, {})
    meta = GitObject("blob", _FORM % (_COMPACTED if month.compacted else b"", month.month.encode()))
    root = git_objects.make_tree({_META: meta.hash}, {_CHUNKS: chunks.hash})
    commit = git_objects.make_commit(root.hash, _find_start(month.month), f"Memory of {month.month}")
    return [*blobs.values(), meta, chunks, root, commit]


def _find_start(month: str) -> int:
    """Return the seconds at which a month begins; 0 for what is no month, or one before 1970."""
    try:
        return max(0, int(datetime(int(month[:4]), int(month[4:]), 1, tzinfo=UTC).timestamp()))
    except ValueError:
        return 0


def _read_answer(output: IO[bytes], kind: str, most: int) -> bytes | None:
    """Return one object that git prints; None where it is not of that kind and size.

    Raises:
        StoreCorrupt: the answer ended early.
    """
    words = output.readline().split()
    if not words:
        raise StoreCorrupt("git ended before it had read all objects of the memory. See `twiceshy chunks verify`.")
    if len(words) != 3 or not words[2].isdigit():
        return None
    size = int(words[2])
    if words[1] == kind.encode() and size <= most:
        content = output.read(size)
        output.read(1)
        return content
    left = size + 1
    while left and (piece := output.read(min(left, _PIECE))):
        left -= len(piece)
    return None
