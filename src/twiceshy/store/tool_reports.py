"""Reports of other tools as JSON, one value a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twiceshy.records.findings import Finding, Layer, Problem, Severity, Verdict
from twiceshy.records.values import Scrubbed
from twiceshy.store.db import Store
from twiceshy.store.derived_values import read_all

KIND = "report-file"
VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """What is stored of one report."""

    path: Scrubbed
    tools: tuple[str, ...]
    written: datetime
    """When the file was last changed."""
    findings: tuple[Finding, ...] = ()
    suppressed: int = 0
    verdict: Verdict | None = None
    places: tuple[bytes, ...] = ()
    """For each finding the ``path_key`` of its file; empty where that is not here."""
    scanned: Mapping[bytes, bytes] = field(default_factory=dict)
    """For these keys the digest of what the scanner saw, where that is known; see ``capture.reported_files``."""


def read_reports(store: Store) -> Iterator[StoredReport]:
    """Yield all stored reports."""
    for one in read_all(store.connection, KIND):
        yield decode_report(one.value)


def encode_report(kept: StoredReport) -> bytes:
    """Return the report as JSON."""
    value: dict[str, Any] = {
        "path": kept.path,
        "tools": kept.tools,
        "written": kept.written.isoformat(),
        "suppressed": kept.suppressed,
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity,
                "confidence": one.confidence,
                "path": one.path,
                "line": one.line,
                "cwe": one.cwe,
                "message": one.message,
                "mark": one.fingerprint.hex(),
            }
            for one in kept.findings
        ],
        "places": [key.hex() for key in kept.places],
        "scanned": {key.hex(): seen.hex() for key, seen in kept.scanned.items()},
    }
    if kept.verdict is not None:
        said = kept.verdict
        value["verdict"] = {
            "tool": said.tool,
            "green": said.green,
            "passed": said.passed,
            "failed": said.failed,
            "errors": said.errors,
            "skipped": said.skipped,
            "problems": [[one.message, one.file, one.line, one.test, one.error_type] for one in said.problems],
        }
    return json.dumps(value).encode()


def decode_report(value: bytes) -> StoredReport:
    """Return the report that ``encode_report`` wrote."""
    row = json.loads(value)
    said = row.get("verdict")
    problems = [] if said is None else said.pop("problems")
    return StoredReport(
        path=Scrubbed(row["path"]),
        tools=tuple(row["tools"]),
        written=datetime.fromisoformat(row["written"]),
        suppressed=row["suppressed"],
        findings=tuple(
            Finding(
                rule=one["rule"],
                layer=Layer.PATTERN,
                severity=Severity(one["severity"]),
                confidence=one["confidence"],
                path=one["path"],
                line=one["line"],
                cwe=one["cwe"],
                message=Scrubbed(one["message"]),
                fingerprint=bytes.fromhex(one["mark"]),
                tokens=bytes.fromhex(one["mark"]),
            )
            for one in row["findings"]
        ),
        places=tuple(bytes.fromhex(key) for key in row.get("places", ())),
        scanned={bytes.fromhex(key): bytes.fromhex(seen) for key, seen in row.get("scanned", {}).items()},
        verdict=None
        if said is None
        else Verdict(
            kind="test",
            problems=tuple(
                Problem(message=message, file=file, line=line, test=test, error_type=error)
                for message, file, line, test, error in problems
            ),
            **said,
        ),
    )
