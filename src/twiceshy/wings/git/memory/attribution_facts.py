"""The fields of who wrote which lines of a commit in a project's memory, and back.

Each writer stands there once; a span names its writer by its place in that list.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from twiceshy.base.values import Scrubbed
from twiceshy.records.authorship import (
    CommitAttribution,
    FileAttribution,
    LineSpan,
    LineWriter,
    RawAttribution,
    StoredAttribution,
    WriterKind,
)
from twiceshy.records.codec import read_value
from twiceshy.records.memory import Code, MemoryRecord, MemoryValue

_TYPE: Final = "attribution"


def encode_attribution(found: StoredAttribution, at: datetime) -> MemoryRecord:
    """Return the record of a commit's lines; ``at`` is the commit's time."""
    writers: dict[LineWriter[Scrubbed], int] = {}
    files: list[MemoryValue] = []
    for file in found.files:
        spans = [[one.first, one.last, writers.setdefault(one.writer, len(writers))] for one in file.spans]
        files.append({"path": file.path, "spans": spans})
    fields: dict[str, MemoryValue] = {
        "commit": Code(found.commit_hash),
        "writers": [_encode_writer(one) for one in writers],
        "files": files,
    }
    fields |= {"source": Code(found.source)} if found.source else {}
    return MemoryRecord(type=_TYPE, at=at, fields=fields)


def _encode_writer(one: LineWriter[Scrubbed]) -> Mapping[str, MemoryValue]:
    """Return a writer's fields; what is not known is left out."""
    known: dict[str, MemoryValue | None] = {
        "agent": Code(one.agent) if one.agent else None,  # another tool's word was scrubbed with the rest
        "session": Code(one.session.hex()) if one.session else None,
        "native_id": one.native_id,
        "chat": Code(one.chat.hex()) if one.chat else None,
        "model": one.model,
        "person": one.person,
    }
    return {"kind": Code(one.kind.value)} | {key: value for key, value in known.items() if value is not None}


def decode_attribution(record: MemoryRecord) -> RawAttribution:
    """Read a record of lines; its texts are as its writer wrote them.

    Raises:
        DamagedValue: it is none.
    """
    fields: Mapping[str, Any] = record.fields
    with read_value("attribution of memory"):
        writers = [_decode_writer(one) for one in fields["writers"]]
        return CommitAttribution(
            commit_hash=str(fields["commit"]),
            files=tuple(
                FileAttribution(
                    path=str(file["path"]),
                    spans=tuple(LineSpan(int(one[0]), int(one[1]), writers[int(one[2])]) for one in file["spans"]),
                )
                for file in fields["files"]
            ),
            source=str(fields.get("source", "")),
        )


def _decode_writer(row: Mapping[str, Any]) -> LineWriter[str]:
    known = {key: str(row[key]) for key in ("native_id", "model", "person") if key in row}
    return LineWriter(
        kind=WriterKind(row["kind"]),
        agent=str(row.get("agent", "")),
        session=bytes.fromhex(row.get("session", "")),
        chat=bytes.fromhex(row.get("chat", "")),
        **known,
    )
