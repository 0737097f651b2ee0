"""The storage of many small files: each session, message and part is a source of its own.

What a part does not say (whose words, which folder) is looked up in the files it points to, by name.
"""

from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.logs import file_walk
from twiceshy.logs.journal import Journal, Record, text_at
from twiceshy.logs.log_files import parse_object, read_whole
from twiceshy.logs.opencode.dialogue import OF_MODEL, Dialogue, time_of

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
