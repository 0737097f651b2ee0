"""Write rows into files that somebody carries to a machine with a network, and read them there.

Each file is whole when its name appears, and never changes: who carries files away may delete those that were copied,
whatever is written meanwhile.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import zstandard

from twiceshy.base.errors import SourceError, StoreUnwritable
from twiceshy.base.foreign_files import read_foreign
from twiceshy.base.private_files import open_draft
from twiceshy.privacy.wire.batches import join_lines
from twiceshy.privacy.wire.wire_rows import LONGEST_LINE
from twiceshy.records.team import WaitingRow

ENDING = ".jsonl.zst"
_LARGEST_FILE = 256 << 20
"""Bytes of one file, packed (guess, 2026-11-23: the largest outbox, ten times)."""
_PIECE = 1 << 20
"""Bytes that are unpacked at once (guess, 2026-11-23)."""
_LARGEST_WINDOW = 8 << 20
"""Bytes that a frame may ask for; RFC 8878 asks every reader for as many."""


def write_rows(folder: Path, rows: Sequence[WaitingRow], now: datetime) -> Path:
    """Write rows as one new file, private to its owner; return its path.

    Raises:
        StoreUnwritable: it could not be written; nothing of it is there.
    """
    path = folder / f"twiceshy-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}{ENDING}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open_draft(path, replace=True) as file:
            file.write(zstandard.ZstdCompressor(write_checksum=True).compress(join_lines(rows)))
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(folder)
    except OSError as exc:
        raise StoreUnwritable(
            f"{folder} cannot be written ({exc.strerror}); the rows still wait. Make room there, or set sync.folder."
        ) from exc
    return path


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file on the disk, where the system can do that."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def list_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are named, and those in the folders that are named, the oldest first.

    Raises:
        SourceError: a path is not there.
    """
    found: list[Path] = []
    for path in paths:
        try:
            found += sorted(path.glob(f"*{ENDING}")) if path.is_dir() else [path]
        except OSError as exc:
            raise SourceError(f"{path} cannot be read: {exc.strerror}. Give a file that `sync` wrote.") from exc
    return found


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file that ``write_rows`` wrote, perhaps elsewhere.

    Raises:
        SourceError: it cannot be read, is damaged or cut.
    """
    try:
        packed = read_foreign(path, _LARGEST_FILE)
    except OSError as exc:
        raise SourceError(f"{path} cannot be read: {exc.strerror}. Give a file that `sync` wrote.") from exc
    rest, size = b"", 0
    try:
        unpacker = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
        with unpacker.stream_reader(BytesIO(packed), read_across_frames=True) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                *lines, rest = (rest + piece).split(b"\n")
                if len(rest) > LONGEST_LINE:
                    raise SourceError(f"{path} holds a line that is no row. Give a file that `sync` wrote.")
                yield from filter(None, lines)
        whole = not rest and size >= zstandard.frame_content_size(packed)
    except zstandard.ZstdError as exc:
        raise SourceError(f"{path} is damaged, or zstd did not pack it. Copy it again from where it was made.") from exc
    if not whole:
        raise SourceError(f"{path} was cut. Copy it again from where it was made.")
