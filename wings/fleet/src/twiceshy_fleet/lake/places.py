"""Where a fleet's inputs lie and its output goes: a folder, or an address of an object store.

A folder needs nothing but Python. An address (``s3://``, ``gs://``, ``abfs://``, ``hdfs://``) is opened by pyarrow,
which takes credentials from the environment as its own pages say; one with a password in it is refused, because
addresses are written into the output. What lies in a place was written by others: links are not followed, and only
regular files are opened. What is written is whole or not there: a folder gets a private file that is renamed, a store
gets one put.

A file's stamp is its time of change in ns. pyarrow does not tell a store's ETag, so that an object that was written
twice in one tick of its store's clock, with as many bytes, counts as the same.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from twiceshy.base.errors import SourceError, StoreUnwritable, ToolMissing, UsageError
from twiceshy.base.foreign_files import read_foreign, stream_foreign
from twiceshy.base.private_files import open_draft, write_whole

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

DEEPEST = 64
"""Folders in folders that are looked into, as `logs.file_walk` does (guess, 2026-11-22)."""
_LARGEST = 1 << 31
"""Bytes of a file that is read at once: a fleet's own files have some MB (guess, 2026-11-23)."""
_PIECE = 1 << 20
"""Bytes that are copied at once (guess, 2026-11-23)."""
_BESIDE = "-wal"
"""Ending of SQLite's log, in which the newest rows of a database stand, by definition of its format."""


class PlacedFile(NamedTuple):
    """A file that lies in a place."""

    name: str
    """Its path below the place, with ``/``."""
    address: str
    """Under which ``hold_local`` finds it."""
    size: int
    stamp: str


class PassedOver(NamedTuple):
    """What lies in a place and is not looked at."""

    address: str
    reason: str


class FilePlace(Protocol):
    """A folder or an address, and the files below it by their names: paths with ``/``."""

    address: str

    def list_files(self, passed: Callable[[PassedOver], None] = ...) -> Iterator[PlacedFile]:
        """Yield all files below, by name in each folder; nothing where there is no such folder.

        Raises:
            SourceError: it cannot be listed.
        """
        ...

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None where there is none.

        Raises:
            SourceError: it cannot be read.
        """
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole, or not at all.

        Raises:
            StoreUnwritable: it was not written.
        """
        ...

    def take(self, name: str, path: Path) -> None:
        """Write a local file's content as ``write`` does, without holding it in memory.

        Raises:
            StoreUnwritable: it was not written.
        """
        ...

    def fetch(self, name: str, path: Path, most: int = 0) -> bool:
        """Write a file's content, or its first ``most`` bytes, into a local one; tell whether there was one.

        Raises:
            SourceError: it cannot be read.
        """
        ...

    def remove(self, name: str) -> bool:
        """Remove a file; tell whether there was one.

        Raises:
            StoreUnwritable: it is still there.
        """
        ...

    def has(self, name: str) -> bool:
        """Tell whether there is such a file.

        Raises:
            SourceError: it cannot be known.
        """
        ...


def open_place(address: str) -> FilePlace:
    """Return the place of an address; nothing is opened or made.

    Raises:
        UsageError: it cannot be one.
        ToolMissing: it needs pyarrow, and that is not there.
        SourceError: it cannot be reached.
    """
    path = find_local_path(address)
    return _Folder(path) if path is not None else _Bucket(address)


def find_local_path(address: str) -> Path | None:
    """Return the path that an address stands for; None where it is one of an object store.

    Raises:
        UsageError: it is empty, or holds a password.
    """
    scheme, mark, rest = address.partition("://")
    if not mark:
        if not address:
            raise UsageError("a place is a folder, or an address such as s3://bucket/folder; this one is empty.")
        return Path(address).absolute()
    if scheme == "file":
        return Path(rest).absolute()
    if ":" in rest.partition("/")[0].rpartition("@")[0]:
        raise UsageError(
            f"{scheme}://… holds a password, and addresses are written down. Leave it out, and give it by the "
            "environment (for S3: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile)."
        )
    return None


@contextmanager
def hold_local(address: str, most: int = 0) -> Iterator[Path]:
    """Give a path under which an input can be read by what knows files only; a copy is gone afterwards.

    The copy has the folders of its address above it, since readers look at them, too; where ``most`` is not 0, it has
    so many bytes of it at most.

    Raises:
        SourceError: it is not there or cannot be read.
    """
    path = find_local_path(address)
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="twiceshy-fleet-") as scratch:
        top, _, name = _split_address(address)[1].strip("/").rpartition("/")
        folder = Path(scratch).joinpath(*(part for part in top.split("/") if part not in {"", ".", ".."}))
        folder.mkdir(parents=True, exist_ok=True)
        place = _Bucket(address)
        if not place.fetch("", folder / name, most):
            raise SourceError(f"{address} is not there any more.")
        if name.endswith(".db"):
            _Bucket(join_address(address, "", _BESIDE)).fetch("", folder / f"{name}{_BESIDE}")
        yield folder / name


def join_address(address: str, name: str, ending: str = "") -> str:
    """Return the address of a file below another; what stands behind a question mark stays at the end."""
    head, mark, query = address.partition("?") if "://" in address else (address, "", "")
    return f"{head.rstrip('/')}{'/' if name else ''}{name}{ending}{mark}{query}"


class _Folder:
    """A folder of this machine, or of a share that is mounted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.address = str(path)

    def list_files(self, passed: Callable[[PassedOver], None] = lambda _: None) -> Iterator[PlacedFile]:
        """Yield all files below; links are passed over, and so are pipes and what cannot be listed."""
        if self.path.is_file():
            found = self.path.stat()
            yield PlacedFile(self.path.name, self.address, found.st_size, str(found.st_mtime_ns))
            return
        yield from _walk(self.address, "", DEEPEST, passed)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes."""
        with _translate_reading(self._locate(name)) as path:
            try:
                return read_foreign(path, _LARGEST)
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes) -> None:
        """Write a private file whole."""
        with _translate_writing(self._locate(name)) as path:
            write_whole(Path(path), content)

    def take(self, name: str, path: Path) -> None:
        """Copy a local file into a private one."""
        with _translate_writing(self._locate(name)) as target:
            Path(target).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with stream_foreign(path) as source, open_draft(Path(target), replace=True) as draft:
                _copy(source, draft)

    def fetch(self, name: str, path: Path, most: int = 0) -> bool:
        """Copy a file out of the folder."""
        with _translate_reading(self._locate(name)) as found:
            try:
                with stream_foreign(found) as source, open_draft(path, replace=True) as draft:
                    _copy(source, draft, most)
            except FileNotFoundError:
                return False
        return True

    def remove(self, name: str) -> bool:
        """Remove a file."""
        with _translate_writing(self._locate(name)) as path:
            try:
                Path(path).unlink()
            except FileNotFoundError:
                return False
        return True

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return os.path.isfile(self._locate(name))  # noqa: PTH113  # pathlib raises where a folder above is closed

    def _locate(self, name: str) -> str:
        return join_address(self.address, name) if name else self.address


def _walk(folder: str, above: str, left: int, passed: Callable[[PassedOver], None]) -> Iterator[PlacedFile]:
    """Yield the files of a folder and of those in it; a database's stamp covers the log beside it."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        passed(PassedOver(folder, f"cannot be listed: {error.strerror}"))
        return
    names = {entry.name: entry for entry in entries if entry.name.endswith(_BESIDE)}
    for entry in entries:
        if entry.is_symlink():
            passed(PassedOver(entry.path, "it is a link: name the folder that it leads to"))
        elif entry.is_dir(follow_symlinks=False):
            if left:
                yield from _walk(entry.path, f"{above}{entry.name}/", left - 1, passed)
        elif entry.is_file(follow_symlinks=False):
            with suppress(OSError):  # gone since it was listed
                found = entry.stat(follow_symlinks=False)
                stamp = str(found.st_mtime_ns) + _stamp_beside(names.get(f"{entry.name}{_BESIDE}"))
                yield PlacedFile(f"{above}{entry.name}", entry.path, found.st_size, stamp)
        else:
            passed(PassedOver(entry.path, "it is no regular file"))


def _stamp_beside(entry: "os.DirEntry[str] | None") -> str:
    """Return what the log beside a database adds to its stamp."""
    if entry is None:
        return ""
    found = entry.stat(follow_symlinks=False)
    return f"+{found.st_size}.{found.st_mtime_ns}"


class _Bucket:
    """A folder of an object store, or of a cluster's own file system."""

    def __init__(self, address: str) -> None:
        self.address = address
        root, self._path, self._query = _split_address(address)
        self._system = _connect(root + self._query)

    def list_files(self, passed: Callable[[PassedOver], None] = lambda _: None) -> Iterator[PlacedFile]:  # noqa: ARG002  # a store has no links
        """Yield all files below."""
        from pyarrow.fs import FileSelector, FileType  # noqa: PLC0415  # an extra: only addresses need it

        base = self._path.rstrip("/")
        with _translate_reading(self.address):
            (itself,) = self._look([""])
            if itself.type == FileType.File:
                yield PlacedFile(base.rpartition("/")[2], self.address, itself.size, str(itself.mtime_ns))
                return
            infos = self._system.get_file_info(FileSelector(self._path, recursive=True, allow_not_found=True))
        found = {info.path: info for info in infos if info.type == FileType.File}
        for path, info in sorted(found.items()):
            name = path[len(base) :].lstrip("/")
            beside = found.get(f"{path}{_BESIDE}")
            more = f"+{beside.size}.{beside.mtime_ns}" if beside is not None else ""
            yield PlacedFile(name, join_address(self.address, name), info.size, f"{info.mtime_ns}{more}")

    def read(self, name: str) -> bytes | None:
        """Return an object's bytes."""
        with _translate_reading(join_address(self.address, name)):
            if not self._is_file(name):
                return None
            with self._system.open_input_stream(self._locate(name)) as stream:
                return bytes(stream.read())

    def write(self, name: str, content: bytes) -> None:
        """Put an object; where the system has folders, its folder is made and the file renamed into it."""
        self._put(name, lambda stream: stream.write(content))

    def take(self, name: str, path: Path) -> None:
        """Put a local file's content, piece by piece."""

        def copy(stream: "_Writable") -> None:
            with stream_foreign(path) as source:
                _copy(source, stream)

        self._put(name, copy)

    def fetch(self, name: str, path: Path, most: int = 0) -> bool:
        """Write an object's content into a local file, piece by piece."""
        with _translate_reading(join_address(self.address, name)):
            if not self._is_file(name):
                return False
            with self._system.open_input_stream(self._locate(name)) as stream, open_draft(path, replace=True) as draft:
                _copy(stream, draft, most)
        return True

    def remove(self, name: str) -> bool:
        """Remove an object."""
        with _translate_writing(join_address(self.address, name)):
            if not self._is_file(name):
                return False
            self._system.delete_file(self._locate(name))
        return True

    def has(self, name: str) -> bool:
        """Tell whether there is such an object."""
        with _translate_reading(join_address(self.address, name)):
            return self._is_file(name)

    def _is_file(self, name: str) -> bool:
        from pyarrow.fs import FileType  # noqa: PLC0415  # an extra: only addresses need it

        (info,) = self._look([name])
        return bool(info.type == FileType.File)

    def _look(self, names: list[str]) -> "list[FileInfo]":
        return list(self._system.get_file_info([self._locate(name) for name in names]))

    def _put(self, name: str, fill: "Callable[[_Writable], object]") -> None:
        """Write an object: a store shows it once it is whole; a file system gets it aside, and then a move."""
        target = self._locate(name)
        with _translate_writing(join_address(self.address, name)):
            if self._system.type_name in _WHOLE_PUTS:
                with self._system.open_output_stream(target) as stream:
                    fill(stream)
                return
            self._system.create_dir(target.rpartition("/")[0], recursive=True)
            draft = f"{target}.{os.urandom(4).hex()}"
            with self._system.open_output_stream(draft) as stream:
                fill(stream)
            self._system.move(draft, target)

    def _locate(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}" if name else self._path


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


def _copy(source: _Readable, target: _Writable, most: int = 0) -> None:
    """Copy what is left of a stream, or its next ``most`` bytes."""
    left = most
    while piece := source.read(min(_PIECE, left) if most else _PIECE):
        target.write(piece)
        left -= len(piece)
        if most and not left:
            break


_WHOLE_PUTS = frozenset({"s3", "gcs", "abfs"})
"""Systems, by pyarrow's names, where what is put is seen when it is whole, as documented by each."""


class _AddressParts(NamedTuple):
    root: str
    """Scheme and host or bucket."""
    path: str
    """As pyarrow names it below its file system."""
    query: str
    """With its question mark."""


def _split_address(address: str) -> _AddressParts:
    head, mark, query = address.partition("?")
    scheme, _, rest = head.partition("://")
    host, _, below = rest.partition("/")
    root = f"{scheme}://{host}/"
    top = _connect_with_path(root + mark + query)[1].strip("/")
    inside = f"{top}/{below}" if top else f"/{below}" if scheme == "hdfs" else below
    return _AddressParts(root, inside.rstrip("/"), mark + query)


def _connect(root: str) -> "FileSystem":
    return _connect_with_path(root)[0]


@cache
def _connect_with_path(root: str) -> "tuple[FileSystem, str]":
    """Return the file system of an address, and its path there; once for each store.

    Raises:
        ToolMissing: pyarrow is not there.
        SourceError: no such store, or it cannot be reached.
    """
    try:
        from pyarrow.fs import FileSystem  # noqa: PLC0415  # an extra: only addresses need it
    except ModuleNotFoundError as exc:
        raise ToolMissing(f"{root} needs pyarrow: `pip install './wings/fleet[fleet]'` in the checkout.") from exc
    with _translate_reading(root):
        system, path = FileSystem.from_uri(root)
        return system, path


@contextmanager
def _translate_reading(address: str) -> Iterator[str]:
    """Turn what a system says in the block into an error of ours that names the address, which is given back.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        yield address
    except (OSError, ValueError) as exc:  # pyarrow's own errors are of both
        raise SourceError(f"{address} cannot be read: {_shorten(exc)}.") from exc


@contextmanager
def _translate_writing(address: str) -> Iterator[str]:
    """Turn what a system says in the block into an error of ours that names the address, which is given back.

    Raises:
        StoreUnwritable: it was not written.
    """
    try:
        yield address
    except (OSError, ValueError) as exc:
        raise StoreUnwritable(f"{address} cannot be written: {_shorten(exc)}. What was there is unchanged.") from exc


_LONGEST = 300
"""Characters of a system's words (guess, 2026-11-23)."""


def _shorten(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(words.split())[:_LONGEST].rstrip(".")
