"""The fields of a commit, a CI result and a revert in a project's memory, and back.

A commit's record holds what git itself says, so that two clones write the same fact once; the branch, and which commit
it took the place of, are in it only where a clone saw that. The author is left out: git's own object names them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeGuard

from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import read_value
from twiceshy.records.commits import EVIDENCE, RESULTS, CiResult, CommitFacts, Revert, StoredCiResult
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
