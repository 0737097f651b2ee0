"""The actions of the verb ``chunks`` on the memory of the repository that a folder is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from twiceshy.archive.db import Store, has_store
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreUnwritable
from twiceshy.base.private_files import open_draft
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.memory import Compaction, MemoryCheck, MemoryDamage, MemoryFigures, ReconstructedRecords
from twiceshy_git.chunks.check_memory import WrittenRecord, measure, reconstruct, verify
from twiceshy_git.chunks.chunk_store import MemoryRepository, find_writer
from twiceshy_git.chunks.memory_files import MemoryFiles
from twiceshy_git.chunks.rewrite_months import compact, plan_compaction


def show_chunks(config: Config, folder: Path) -> MemoryFigures:
    """Return what the memory of the folder's repository holds, and how large it is.

    Raises:
        SourceError: the folder is in no repository.
        NotFound: the repository has no memory here.
    """
    return measure(_find_files(config, folder))


def verify_chunks(config: Config, folder: Path) -> MemoryCheck:
    """Check every file of the memory.

    Raises:
        SourceError: the folder is in no repository.
        NotFound: the repository has no memory here.
    """
    return verify(_find_files(config, folder))


def compact_chunks(config: Config, folder: Path, now: datetime, *, dry_run: bool) -> Compaction:
    """Write the closed months of this data folder in their packed form, or only say what that would do.

    Raises:
        SourceError: the folder is in no repository.
        NotFound: the repository has no memory here.
        StoreUnwritable: it could not be written; all is as it was.
    """
    files = _find_files(config, folder)
    if dry_run:
        return plan_compaction(files, now)
    if files.bare.exists:
        memory = MemoryRepository(files)
        memory.flush()
        memory.settle()
    return compact(files, now)


def reconstruct_chunks(config: Config, folder: Path, kind: str, output: Path | BinaryIO) -> ReconstructedRecords:
    """Write all live records of a type, or of all types, a line each, after every hash was checked.

    Raises:
        SourceError: the folder is in no repository.
        NotFound: the repository has no memory here.
        StoreUnwritable: the file exists already, or cannot be written.
    """
    files = _find_files(config, folder)
    damages: list[MemoryDamage] = []
    count = 0
    with _open_output(output) as out:
        for one in reconstruct(files, kind):
            if isinstance(one, WrittenRecord):
                out.write(one.line + b"\n")
                count += 1
            else:
                damages.append(one)
    return ReconstructedRecords(output=str(output) if isinstance(output, Path) else "", records=count, damages=damages)


@contextmanager
def _open_output(output: Path | BinaryIO) -> Iterator[BinaryIO]:
    """Give where to write: what is open already, or a new private file, whole or not there at all.

    Raises:
        StoreUnwritable: the file exists already, or cannot be written.
    """
    if not isinstance(output, Path):
        yield output
        return
    try:
        with open_draft(output, replace=False) as file:
            yield file
    except FileExistsError as error:
        raise StoreUnwritable(f"{output} exists already: name another file, or move it away.") from error
    except OSError as error:
        raise StoreUnwritable(f"{output} cannot be written: {error.strerror or error}. Name another file.") from error


def _find_files(config: Config, folder: Path) -> MemoryFiles:
    """Return the memory of the folder's repository, as the writer that this data folder is.

    Raises:
        SourceError: the folder is in no repository.
        NotFound: the repository has no memory here.
    """
    common = locate_repository(folder).store
    writer = ""
    if has_store(config.home):
        with Store.open(config.home) as store:
            writer = find_writer(store)
    files = MemoryFiles(common, writer)
    if not files.bare.exists and not files.list_tails():
        raise NotFound(
            f"there is no memory in {common}: `twiceshy init --git` asks for one, and `twiceshy learn` writes it."
        )
    return files
