"""The files of a folder of data while it is written: each with its checksum, tables in pieces of bounded size."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Self

from twiceshy.base.foreign_files import ForeignFileError, read_foreign_text
from twiceshy.base.private_files import PRIVATE
from twiceshy.records.exports import ExportRow, RowColumn
from twiceshy_data.dataset.row_filters import get_split
from twiceshy_data.export.parquet_table import ParquetWriter

CHECKSUMS: Final = "CHECKSUMS"
_MOST_SUMS: Final = 256 << 20
"""Bytes of a list of checksums (guess, 2026-11-23: a million sessions are 120 MB)."""
_SHARD: Final = 256 << 20
"""Bytes of a file of a table, about: by definition of the form, 2026-11-23."""


class FolderFiles:
    """Writes files into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.sums: dict[str, str] = {}
        """By name, with ``/``."""
        self.size = 0
        self._open: list[OpenFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close what an error left open."""
        for file in self._open:
            file.drop()

    def begin(self, name: str) -> "OpenFile":
        """Return a new file for its bytes."""
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")
        self._open.append(OpenFile(self, name, file))
        return self._open[-1]

    def put(self, name: str, content: bytes) -> None:
        """Write a whole file."""
        file = self.begin(name)
        file.write(content)
        file.close()

    def note(self, file: "OpenFile", name: str, digest: str) -> None:
        """Take down that a file is whole."""
        self._open.remove(file)
        self.sums[name] = digest

    def rename(self, old: str, new: str) -> None:
        """Give a file its last name."""
        (self._folder / old).rename(self._folder / new)
        self.sums[new] = self.sums.pop(old)

    def seal(self) -> str:
        """Write the list of checksums; return its own."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
        self.put(CHECKSUMS, lines.encode())
        return self.sums[CHECKSUMS]


class OpenFile:
    """One file of the folder while it is written."""

    def __init__(self, files: FolderFiles, name: str, file: BinaryIO) -> None:
        self._files = files
        self._name = name
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write further bytes."""
        self._file.write(data)
        self._digest.update(data)
        self._files.size += len(data)

    def close(self) -> None:
        """End the file and note its checksum."""
        self._file.close()
        self._files.note(self, self._name, self._digest.hexdigest())

    def drop(self) -> None:
        """Close a file that nobody will have."""
        with suppress(OSError):
            self._file.close()


class SplitTable:
    """Writes the rows of one kind as Parquet files, by split, in pieces that are numbered when all are written."""

    def __init__(self, files: FolderFiles, kind: str, columns: Sequence[RowColumn], most_bytes: int = _SHARD) -> None:
        self._files = files
        self._kind = kind
        self._columns = columns
        self._most_bytes = most_bytes
        self._open: dict[str, tuple[OpenFile, ParquetWriter]] = {}
        self._pieces: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, rows: Iterable[ExportRow]) -> None:
        """Write further rows, each into the file of its split."""
        by_split = defaultdict[str, list[ExportRow]](list)
        for row in rows:
            by_split[get_split(row)].append(row)
        for split, own in by_split.items():
            writer = self._find_writer(split)
            writer.add(own)
            if writer.size >= self._most_bytes:
                self._close(split)

    def end(self) -> None:
        """End all files and give them their names."""
        for split in [*self._open]:
            self._close(split)
        for split, pieces in self._pieces.items():
            for number, piece in enumerate(pieces):
                last = f"data/{self._kind}/{split}-{number:05}-of-{len(pieces):05}.parquet"
                self._files.rename(piece, last)

    def _find_writer(self, split: str) -> ParquetWriter:
        if split not in self._open:
            name = f"data/{self._kind}/{split}-{len(self._pieces[split]):05}.part"
            file = self._files.begin(name)
            self._pieces[split].append(name)
            self._open[split] = file, ParquetWriter(self._columns, file.write)
        return self._open[split][1]

    def _close(self, split: str) -> None:
        file, writer = self._open.pop(split)
        writer.end()
        file.close()


def is_export(folder: Path) -> bool:
    """Tell whether a folder holds an export and nothing else, so that another may take its place."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        lines = read_foreign_text(folder / CHECKSUMS, _MOST_SUMS).splitlines()
    except (OSError, ForeignFileError):
        return False
    known = {line.partition("  ")[2] for line in lines} | {CHECKSUMS}
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return all(path.relative_to(folder).as_posix() in known for path in found)
