"""The fields of a link of a session to a commit in a project's memory, and back.

Of the evidence the kinds travel and not the details: these hold words of a log or of a message.
"""

from datetime import datetime
from typing import Any

from twiceshy.records.codec import read_value
from twiceshy.records.commits import Link
from twiceshy.records.memory import Code, MemoryRecord, MemoryValue


def encode_link(one: Link, agent: str, at: datetime) -> MemoryRecord:
    """Return the record of a link; ``at`` is the commit's time."""
    fields: dict[str, MemoryValue] = {
        "commit": Code(one.commit_hash),
        "session_id": Code(one.session.hex()),
        "agent": Code(agent),
        "confidence": one.confidence,
        "evidence": [Code(kind) for kind, _ in one.evidence],
        "lines_shared": one.lines_shared,
        "lines_of_commit": one.lines_of_commit,
        "lines_of_session": one.lines_of_session,
    }
    return MemoryRecord(type="link", at=at, fields=fields)


def decode_link(record: MemoryRecord) -> Link:
    """Read the record of a link.

    Raises:
        DamagedValue: it is none.
    """
    fields = dict[str, Any](record.fields)
    with read_value("link of memory"):
        return Link(
            session=bytes.fromhex(str(fields["session_id"])),
            commit_hash=str(fields["commit"]),
            confidence=float(fields["confidence"]),
            evidence=tuple((str(kind), "") for kind in fields.get("evidence", ())),
            lines_shared=int(fields.get("lines_shared", 0)),
            lines_of_commit=int(fields.get("lines_of_commit", 0)),
            lines_of_session=int(fields.get("lines_of_session", 0)),
        )
