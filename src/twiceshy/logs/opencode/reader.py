"""Where OpenCode's sessions lie, and which of its four forms a file is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import stream_foreign
from twiceshy.logs import file_walk
from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.journal import Journal, Record, text_at, to_json
from twiceshy.logs.log_files import (
    find_sources,
    parse_object,
    read_document,
    read_first_records,
    read_lines,
    read_whole,
)
from twiceshy.logs.opencode.database import holds_sessions, is_database, read_database, source_of
from twiceshy.logs.opencode.dialogue import ACTIONS, AGENT, OF_MODEL, Dialogue, time_of
from twiceshy.logs.wide_text import narrow_bytes
from twiceshy.records.events import MarkKind
from twiceshy.records.ingest import Cursor

# One session as ``opencode export`` prints it: an object with the session and its messages, each with its parts.
#
# Some versions print a line of their own before it (``Exporting session: ...``) where both streams go to one file.

_HEAD: Final = re.compile(
    rb'\s*(?:Exporting session: [^\n{]{0,99}\n?)?\{\s*"info"\s*:\s*\{[^{}]{0,999}?"id"\s*:\s*"ses_'
)


def begins_export(head: bytes) -> bool:
    """Tell whether a file begins as an export does: with a session's own id first."""
    return _HEAD.match(head) is not None


class ExportedSession:
    """Takes an export into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.dialogue = Dialogue(journal)

    def parse(self, data: bytes) -> list[object] | None:
        """Return the session, the messages and the parts in order; None where it is torn or something else."""
        document = parse_object(data[max(data.find(b"{"), 0) :])
        info = document.get("info") if document else None
        messages = document.get("messages") if document else None
        if not isinstance(info, dict) or not isinstance(messages, list):
            return None
        records: list[object] = [{"session": info}]
        for held in messages:
            message = held.get("info") if isinstance(held, dict) else None
            parts = held.get("parts") if isinstance(held, dict) else None
            records.append({"message": message})
            records += [{"part": part, "message": message} for part in (parts if isinstance(parts, list) else ())]
        return records

    def take(self, record: Record) -> str:
        """Take a session, a message or a part."""
        if "session" in record:
            info = record["session"]
            self.dialogue.begin(text_at(info, "id") or self.journal.session.native_id, info)
            self.journal.set_time(time_of(info, "updated"))
            if self.journal.at:
                self.journal.session.note_use(self.journal.at)
            return "session"
        message = record["message"]
        return self.dialogue.part(record["part"], message) if "part" in record else self.dialogue.message(message)


# What ``opencode run --format json`` prints: the parts of the model's messages, one a line, as each is done.
#
# Parts have the ids of the database, so that a run that is read from both is stored once. The prompt and the folder are
# not in it.

_KINDS: Final = frozenset({"step_start", "step_finish", "text", "reasoning", "tool_use", "error"})


def begins_stream(head: bytes) -> bool:
    """Tell whether one of the first lines is such a record."""
    return any(is_stream_record(record) for record in read_first_records(head))


def is_stream_record(record: Record) -> bool:
    """Tell whether a record names its kind and its session as the stream does."""
    session = record.get("sessionID")
    known = text_at(record, "type") in _KINDS and isinstance(session, str) and session.startswith("ses_")
    return known and (isinstance(record.get("part"), dict) or "error" in record)


class RunStream:
    """Takes the records of a stream into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.dialogue = Dialogue(journal)

    def take(self, record: Record) -> str:
        """Take one line."""
        kind, part = str(record.get("type")), record.get("part")
        native = text_at(record, "sessionID")
        if native is None or kind not in _KINDS:
            self.journal.keep_unknown(kind, record)
            return kind
        if native not in self.journal.sessions:
            self.dialogue.begin(native, {}, several=len(self.journal.events) > 0)
        self.journal.switch_session(native)
        self.journal.set_time(record.get("timestamp"))
        if isinstance(part, dict):
            message = {"role": "assistant", "time": {"created": record.get("timestamp")}}
            self.dialogue.part(part, message)
            if kind == "step_finish":
                self.dialogue.tokens(str(part.get("messageID")), part)
        else:
            error = record["error"]
            name = text_at(error, "name") if isinstance(error, dict) else None
            words = to_json(error)
            self.journal.mark(self.journal.uid("error", words), MarkKind.API_ERROR, name or "error", words)
        return kind


# The storage of many small files: each session, message and part is a source of its own.
#
# What a part does not say (whose words, which folder) is looked up in the files it points to, by name.

_NEIGHBOUR_BYTES: Final = 4 << 20  # of a file that another one points to (guess, 2026-11-21)


class StorageFile:
    """Takes a session, a message or a part into a journal."""

    def __init__(self, journal: Journal, path: Path) -> None:
        self.journal = journal
        self.path = path
        self.dialogue = Dialogue(journal)

    def parse(self, data: bytes) -> list[object] | None:
        """Return the one object in a list; None where it is torn or something else."""
        found = parse_object(data)
        return None if found is None else [found]

    def take(self, record: Record) -> str:
        """Take the object, by what it is."""
        if "messageID" in record:
            message = self.message_of(record)
            self.open(text_at(record, "sessionID") or text_at(message, "sessionID"), record["messageID"])
            return self.dialogue.part(record, message)
        if "role" in record:
            self.open(text_at(record, "sessionID"), record.get("id"))
            return self.dialogue.message(record)
        self.open(text_at(record, "id"), None)
        self.journal.set_time(time_of(record, "updated"))
        if self.journal.at:
            self.journal.session.last = self.journal.at
            self.journal.session.used = True
        return "session"

    def open(self, session: str | None, other: object) -> None:
        """Name the session, and learn what its own file says."""
        self.dialogue.begin(session or str(other), self.neighbour("session", session) if session else {})

    def storage(self) -> Path | None:
        """Return the folder that holds sessions, messages and parts; None where there is none."""
        return next(
            (folder.parent for folder in self.path.parents if folder.name in ("session", "message", "part")), None
        )

    def neighbour(self, kind: str, name: str) -> Record:
        """Return another file of the storage; empty if it is not there."""
        storage = self.storage()
        if storage is None or "/" in name or name.startswith("."):
            return {}
        folder = storage / kind
        near = [folder / f"{name}.json", *(sub / f"{name}.json" for sub in _list_subfolders(folder))]
        for path in near:
            try:
                data = read_whole(path, _NEIGHBOUR_BYTES) if path.is_file() else None
            except SourceError:
                continue
            if data is not None:
                return parse_object(data) or {}
        return {}

    def message_of(self, part: Record) -> Record:
        """Return the message of a part; without its file only the role, judged by its other parts."""
        name = str(part["messageID"])
        found = self.neighbour("message", name)
        if found:
            return found
        kinds = {str(part.get("type"))}
        for path in file_walk.find_files(self.path.parent) if self.path.parent.name == name else ():
            try:
                other = parse_object(read_whole(path, _NEIGHBOUR_BYTES) or b"") or {}
            except SourceError:
                continue
            kinds.add(str(other.get("type")))
        return {"role": "user" if OF_MODEL.isdisjoint(kinds) else "assistant"}


def _list_subfolders(folder: Path) -> list[Path]:
    """Return the folders in a folder, in a stable order."""
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        return []


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
