"""The fields of a commit, a CI result and a revert in a project's memory, and back.

A commit's record holds what git itself says, so that two clones write the same fact once; the branch, and which commit
it took the place of, are in it only where a clone saw that. The author is left out: git's own object names them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeGuard

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
from twiceshy.records.commits import EVIDENCE, RESULTS, CiResult, CommitFacts, Link, Revert, StoredCiResult
from twiceshy.records.memory import Code, MemoryRecord, MemoryValue

_MOST_PATHS: Final = 1000
"""Paths named in a record (guess, 2026-11-23): a change of more files is no work that a name explains."""


def encode_commit(one: CommitFacts) -> MemoryRecord:
    """Return a commit's record; of a change of very many files it names the first."""
    fields: dict[str, MemoryValue] = {
        "hash": Code(one.hash),
        "message": one.message,
        "timestamp": Code(one.timestamp.isoformat(timespec="seconds")),
        "files_changed": one.files_changed[:_MOST_PATHS],
        "hour_of_day": one.hour_of_day,
        "day_of_week": Code(one.day_of_week),
        "is_merge": one.is_merge,
        "is_initial": one.is_initial,
        "parent_count": one.parent_count,
    }
    if len(one.files_changed) > _MOST_PATHS:
        fields["files_total"] = len(one.files_changed)
    fields |= _keep_known(
        {
            "insertions": one.insertions,
            "deletions": one.deletions,
            "binary": one.binary[:_MOST_PATHS] or None,
            "seconds_since_last_commit": one.seconds_since_last_commit,
            "branch": one.branch,
            "amends": None if one.amends is None else Code(one.amends),
            "patch_id": None if one.patch_id is None else Code(one.patch_id),
            "tree": None if one.tree is None else Code(one.tree),
        }
    )
    return MemoryRecord(type="commit", at=one.committed_at, fields=fields)


def decode_commit(record: MemoryRecord) -> CommitFacts:
    """Read a commit's record; its texts must have been scrubbed by this machine's rules.

    Raises:
        DamagedValue: it is none.
    """
    fields = record.fields
    with read_value("commit of memory"):
        return CommitFacts(
            hash=str(fields["hash"]),
            message=_require_text(fields["message"]),
            timestamp=datetime.fromisoformat(str(fields["timestamp"])),
            committed_at=record.at,
            files_changed=_read_paths(fields, "files_changed"),
            insertions=_read_count(fields, "insertions"),
            deletions=_read_count(fields, "deletions"),
            binary=_read_paths(fields, "binary"),
            parent_count=int(str(fields.get("parent_count", 1))),
            seconds_since_last_commit=_read_number(fields, "seconds_since_last_commit"),
            branch=_read_text(fields, "branch"),
            amends=_read_text(fields, "amends"),
            patch_id=_read_text(fields, "patch_id"),
            tree=_read_text(fields, "tree"),
        )


def encode_ci_result(one: StoredCiResult) -> MemoryRecord:
    """Return the record of what a CI system said."""
    fields: dict[str, MemoryValue] = {"commit": Code(one.commit_hash), "result": Code(one.result)}
    fields |= _keep_known(
        {
            "tests_passed": one.tests_passed,
            "tests_failed": one.tests_failed,
            "coverage": one.coverage,
            "duration_seconds": one.duration_s,
            "workflow": one.workflow,
            "job": one.job,
            "run_id": one.run_id,
            "run_number": one.run_number,
            "message": one.message,
        }
    )
    return MemoryRecord(type="ci", at=one.at, fields=fields)


def decode_ci_result(record: MemoryRecord) -> StoredCiResult:
    """Read what a CI system said; a word that is not known counts as ``unknown``.

    Raises:
        DamagedValue: it is no such record.
    """
    fields = record.fields
    with read_value("CI result of memory"):
        said = str(fields.get("result", ""))
        return CiResult(
            commit_hash=str(fields["commit"]),
            at=record.at,
            result=said if said in RESULTS else "unknown",
            tests_passed=_read_count(fields, "tests_passed"),
            tests_failed=_read_count(fields, "tests_failed"),
            coverage=_read_number(fields, "coverage"),
            duration_s=_read_number(fields, "duration_seconds"),
            workflow=_read_text(fields, "workflow"),
            job=_read_text(fields, "job"),
            run_id=_read_text(fields, "run_id"),
            run_number=_read_text(fields, "run_number"),
            message=_read_text(fields, "message"),
        )


def encode_revert(one: Revert) -> MemoryRecord:
    """Return the record of a revert."""
    fields: dict[str, MemoryValue] = {"commit": Code(one.commit_hash), "evidence": Code(one.evidence)}
    if one.by is not None:
        fields["by"] = Code(one.by)
    return MemoryRecord(type="revert", at=one.at, fields=fields)


def decode_revert(record: MemoryRecord) -> Revert:
    """Read the record of a revert.

    Raises:
        DamagedValue: it is none.
    """
    with read_value("revert of memory"):
        return Revert(
            commit_hash=str(record.fields["commit"]),
            at=record.at,
            evidence=str(record.fields.get("evidence", EVIDENCE[-1])),
            by=_read_text(record.fields, "by"),
        )


def _keep_known(fields: Mapping[str, MemoryValue | None]) -> dict[str, MemoryValue]:
    """Return the fields that have a value: what is not known is left out."""
    return {name: value for name, value in fields.items() if value is not None}


def _is_text(value: MemoryValue | None) -> TypeGuard[Scrubbed]:
    """Tell whether a value is a text: whatever is one in a record was scrubbed, or is a word of ours."""
    return isinstance(value, str)


def _require_text(value: MemoryValue) -> Scrubbed:
    """Return a text.

    Raises:
        TypeError: it is none.
    """
    if not _is_text(value):
        raise TypeError(value)
    return value


def _read_text(fields: Mapping[str, MemoryValue], name: str) -> Scrubbed | None:
    value = fields.get(name)
    return None if value is None else _require_text(value)


def _read_number(fields: Mapping[str, MemoryValue], name: str) -> float | None:
    value = fields.get(name)
    return None if value is None else float(str(value))


def _read_count(fields: Mapping[str, MemoryValue], name: str) -> int | None:
    value = _read_number(fields, name)
    return None if value is None else int(value)


def _read_paths(fields: Mapping[str, MemoryValue], name: str) -> tuple[Scrubbed, ...]:
    """Return a list of texts; none where something else stands there."""
    value = fields.get(name)
    return tuple(map(_require_text, value)) if isinstance(value, (list, tuple)) else ()


# The fields of a link of a session to a commit in a project's memory, and back.
#
# Of the evidence the kinds travel and not the details: these hold words of a log or of a message.


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


# The fields of who wrote which lines of a commit in a project's memory, and back.
#
# Each writer stands there once; a span names its writer by its place in that list.

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
