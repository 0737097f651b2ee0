"""One session as ``opencode export`` prints it: an object with the session and its messages, each with its parts.

Some versions print a line of their own before it (``Exporting session: ...``) where both streams go to one file.
"""

import re
from typing import Final

from twiceshy.logs.journal import Journal, Record, text_at
from twiceshy.logs.log_files import parse_object
from twiceshy.logs.opencode.dialogue import Dialogue, time_of

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
