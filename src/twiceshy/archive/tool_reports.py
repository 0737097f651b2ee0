"""Reports of other tools as JSON, one value a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import read_all
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.findings import Finding, Layer, Problem, Verdict

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
    """For these keys the digest of what the scanner saw, where that is known; see ``logs.reported_files``."""


_REPORT = Codec(
    StoredReport,
    Layout(StoredReport, keyed=True),
    Layout(
        Finding,
        ("rule", "severity", "confidence", "path", "line", "cwe", "message", "fingerprint"),
        keyed=True,
        names={"fingerprint": "mark"},
        given={"layer": Layer.PATTERN},
    ),
    Layout(
        Verdict,
        ("tool", "green", "passed", "failed", "errors", "skipped", "problems"),
        keyed=True,
        given={"kind": "test"},
    ),
    Layout(Problem, ("message", "file", "line", "test", "error_type")),
)


def read_reports(store: Store) -> Iterator[StoredReport]:
    """Yield all stored reports."""
    for one in read_all(store.connection, KIND):
        yield decode_report(one.value)


def encode_report(kept: StoredReport) -> bytes:
    """Return the report as JSON."""
    return _REPORT.encode(kept)


def decode_report(value: bytes) -> StoredReport:
    """Return the report that ``encode_report`` wrote."""
    found = _REPORT.decode(value)
    return replace(found, findings=tuple(replace(one, tokens=one.fingerprint) for one in found.findings))
