"""Take over what an older collector wrote into ``.git-ml``: commits, chats, actions, sessions, agents.

It is stored as that collector's word about this project. The files stay as they are.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import text_of
from twiceshy.archive.pulled_records import list_pulled_ids, put_pulled
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.foreign_files import read_foreign
from twiceshy.logs.file_walk import find_files
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.projects import find_project
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_fields import scrub_fields
from twiceshy.records.memory import MemoryRecord, MemoryValue, PulledRow, SeedImport
from twiceshy_git.memory.envelope import encode, identify
from twiceshy_git.memory.formats.seed import SeedDocuments, encode_record, merge_records, read_documents

FOLDER: Final = ".git-ml"
_LARGEST: Final = 256 << 20  # bytes of a file (guess, 2026-11-23)
_SUFFIXES: Final = frozenset({".json", ".jsonl"})
_STDIN: Final = Path("-")
_WRITER: Final = blake2b(b"git-ml", digest_size=8).hexdigest()


def import_seed(config: Config, source: Path, *, dry_run: bool = False) -> SeedImport:
    """Store the records of a file, of a folder, or of standard input (``-``); return what was found.

    They belong to the project of the folder that they lie in; those of standard input to that of this folder.

    Raises:
        UsageError: there is no such file or folder.
        StoreError: the store cannot be used.
    """
    here = Path.cwd() if source == _STDIN else source.absolute()
    if not here.exists():
        raise UsageError(f"{str(source)!r} is not there: name a folder {FOLDER}, or one of its files.")
    found, files = SeedDocuments(), 0
    for one in _read_files(source):
        files += 1
        found.records += one.records
        found.other += one.other
        found.damaged += one.damaged
    with Store.open(config.home) as store:
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        project = scrubber.text(find_project(here if here.is_dir() else here.parent).identity)
        known = list_pulled_ids(store.connection, project)
        merged = merge_records(found.records)
        scrub = partial(scrub_fields, scrubber=scrubber)
        rows = [_make_row(record) for one in merged if (record := encode_record(one, scrub)) is not None]
        fresh = {row.id: row for row in rows if row.id not in known}
        if not dry_run:
            with store.begin_writing() as connection:
                put_pulled(connection, project, fresh.values())
        name = scrubber.text(spell_path(source))
    return SeedImport(
        folder=name,
        files=files,
        records=dict(sorted(Counter(row.type for row in rows).items())),
        new=len(fresh),
        known=len({row.id for row in rows}) - len(fresh),
        other=found.other,
        damaged=found.damaged,
        undated=len(merged) - len(rows),
        dry_run=dry_run,
    )


def _read_files(source: Path) -> Iterator[SeedDocuments]:
    """Yield what each file holds; chunks first, so that a chat's own file, which is whole, wins."""
    if source == _STDIN:
        yield read_documents(sys.stdin.buffer.read(_LARGEST), lines=True)
        return
    named = [path for path in find_files(source) if path.suffix in _SUFFIXES or path == source]
    for path in sorted(named, key=lambda path: ("chunked" not in path.parts, path)):
        try:
            yield read_documents(read_foreign(path, _LARGEST), lines=path.suffix != ".json")
        except (OSError, SourceError):
            yield SeedDocuments(damaged=1)


def _make_row(record: MemoryRecord) -> PulledRow:
    """Return a record of scrubbed texts as it is stored."""
    fields: Mapping[str, MemoryValue] = record.fields
    commit = fields.get("hash" if record.type == "commit" else "related_commit", "")
    return PulledRow(
        id=bytes.fromhex(identify(record)),
        writer=_WRITER,
        type=record.type,
        at=record.at,
        session="",
        commit_hash=commit if isinstance(commit, str) else "",
        line=text_of(encode(record).decode()),
    )
