"""Where OpenCode's sessions lie, and which of its four forms a file is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import stream_foreign
from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.journal import Journal
from twiceshy.logs.log_files import find_sources, read_document, read_lines
from twiceshy.logs.opencode.database import holds_sessions, is_database, read_database, source_of
from twiceshy.logs.opencode.dialogue import ACTIONS, AGENT
from twiceshy.logs.opencode.export import ExportedSession, begins_export
from twiceshy.logs.opencode.run_stream import RunStream, begins_stream
from twiceshy.logs.opencode.storage import StorageFile
from twiceshy.logs.wide_text import narrow_bytes
from twiceshy.records.ingest import Cursor

_FOLDERS: Final = frozenset({"session", "message", "part", "info"})
_PART: Final = re.compile(rb'"messageID"\s*:\s*"')
_MESSAGE: Final = re.compile(rb'"sessionID"\s*:\s*"')
_SESSION: Final = re.compile(rb'"id"\s*:\s*"ses_')
_HEAD_BYTES: Final = 16_384  # bytes that tell the forms apart (guess, 2026-11-22)


class OpenCode:
    """Reads ``~/.local/share/opencode``: ``opencode.db``, ``storage/{session,message,part}``, and exports."""

    name = AGENT
    title = "OpenCode"
    traits = AgentTraits(
        keeps_folder=False, marks_people=True, own_tools=frozenset(ACTIONS), sends_templates=True, version=3
    )

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the storage of the data folder, the one for each project that earlier versions had, the database."""
        data = env.get("OPENCODE_DATA_DIR")
        folder = Path(data) if data else Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / "opencode"
        return [folder / "storage", folder / "project", folder / (env.get("OPENCODE_DB") or "opencode.db")]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield databases, sessions, messages and parts below the root."""
        for source in find_sources(AGENT, root, _lies_in_storage):
            found = source_of(source.path) if source.path.suffix == ".db" else source
            if found:
                yield found

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether it is a database with sessions, an export, or an object with the ids of the storage."""
        if is_database(head):
            return holds_sessions(path)
        if begins_export(head) or (path.suffix != ".md" and begins_stream(head)):
            return True
        if path.suffix != ".json" or head.lstrip()[:1] != b"{":
            return False
        head = head[:4000] if len(head) < 65_536 else head
        if _PART.search(head):
            return b'"type"' in head
        if _MESSAGE.search(head):
            return b'"role"' in head
        return bool(_SESSION.search(head)) and (b'"directory"' in head or b'"projectID"' in head)

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole file, of a database those of what changed since the cursor."""
        journal = Journal(AGENT, salt, path.stem)
        head = _read_head(path)
        if is_database(head):
            return read_database(path, cursor, journal, limit_bytes)
        if begins_stream(head):
            return read_lines(path, cursor, limit_bytes, journal, RunStream(journal).take)
        piece = ExportedSession(journal) if begins_export(head) else StorageFile(journal, path)
        return read_document(path, cursor, journal, piece.parse, piece.take)


def _lies_in_storage(path: Path) -> bool:
    """Tell whether a file below the data folder may hold a part of a session."""
    if path.suffix == ".db":
        return path.name.startswith("opencode")
    return path.suffix == ".json" and not _FOLDERS.isdisjoint(path.parts[-4:-1])


def _read_head(path: Path) -> bytes:
    """Return the beginning of a file.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        with stream_foreign(path) as file:
            return narrow_bytes(file.read(_HEAD_BYTES))
    except OSError as error:
        raise SourceError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
