"""What scanners said of stored texts, kept by content; and findings as short JSON and back.

Here and not beside the scanners, as a finding's words were scrubbed before they were stored.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue, read_all
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.findings import Finding, Layer, Problem, Scan, ScanRequest, TaskScan, Verdict

KIND = "scan"
VERSION = 1
"""Of the form; the scanner's own version is the hash of the input."""
FINDING_FIELDS = (
    *("rule", "layer", "severity", "confidence", "line", "message", "cwe", "function", "fingerprint", "tokens", "fix"),
)
"""In the order in which they are stored; the path is known to whoever asks."""
_LAYOUTS = (Layout(Scan, ("unknown", "findings")), Layout(Finding, FINDING_FIELDS, given={"path": ""}))
_SCAN = Codec(Scan, *_LAYOUTS)
SCANS = Codec(dict[str, Scan], *_LAYOUTS)
"""By scanner."""


def read_scans(connection: sqlite3.Connection, asked: Iterable[ScanRequest], version: str) -> dict[ScanRequest, Scan]:
    """Return the stored answers that this version of the scanner gave."""
    good = hash_version(version)
    found: dict[ScanRequest, Scan] = {}
    for one in asked:
        value = derived_values.get(connection, KIND, one.key())
        if value is not None and value.input_hash == good:
            found[one] = place_scan(_SCAN.decode(value.value), one.path)
    return found


def make_entries(scans: Mapping[ScanRequest, Scan], version: str) -> list[DerivedValue]:
    """Return what to store of new answers; a scanner that was missing, or failed, is asked again next time."""
    return [
        DerivedValue(one.key(), hash_version(version), _SCAN.encode(scan))
        for one, scan in scans.items()
        if scan.unknown not in {"missing", "failed"}
    ]


def hash_version(version: str) -> bytes:
    """Return 8 bytes that identify a scanner's version."""
    return blake2b(version.encode(), digest_size=8).digest()


def place_scan(scan: Scan, path: str) -> Scan:
    """Return an answer with the path that is not stored with it."""
    return replace(scan, findings=tuple(replace(one, path=path) for one in scan.findings))


# What was found in the texts of whole tasks, kept by content and rules like a scanner's answers.

TASK_KIND = "task-scan"
_FORM = Codec(TaskScan, Layout(Finding, ("path", *FINDING_FIELDS)))


def read_task_scan(connection: sqlite3.Connection, key: bytes, version: str) -> TaskScan | None:
    """Return the answer that these rules gave for the key; None where they never did."""
    found = derived_values.get(connection, TASK_KIND, key)
    return _FORM.decode(found.value) if found is not None and found.input_hash == hash_version(version) else None


def make_entry(key: bytes, scan: TaskScan, version: str) -> DerivedValue:
    """Return what to store of an answer."""
    return DerivedValue(key, hash_version(version), _FORM.encode(scan))


# Reports of other tools as JSON, one value a file.

REPORT_KIND = "report-file"
REPORT_VERSION = 2


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
    """For these keys the digest of what the scanner saw, where that is known; see ``logs.findings_files``."""


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
    for one in read_all(store.connection, REPORT_KIND):
        yield decode_report(one.value)


def encode_report(kept: StoredReport) -> bytes:
    """Return the report as JSON."""
    return _REPORT.encode(kept)


def decode_report(value: bytes) -> StoredReport:
    """Return the report that ``encode_report`` wrote."""
    found = _REPORT.decode(value)
    return replace(found, findings=tuple(replace(one, tokens=one.fingerprint) for one in found.findings))
