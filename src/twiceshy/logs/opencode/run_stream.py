"""What ``opencode run --format json`` prints: the parts of the model's messages, one a line, as each is done.

Parts have the ids of the database, so that a run that is read from both is stored once. The prompt and the folder are
not in it.
"""

from typing import Final

from twiceshy.logs.journal import Journal, Record, text_at, to_json
from twiceshy.logs.log_files import read_first_records
from twiceshy.logs.opencode.dialogue import Dialogue
from twiceshy.records.events import MarkKind

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
