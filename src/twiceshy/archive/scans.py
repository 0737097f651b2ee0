"""What scanners said of stored texts, kept by content; and findings as short JSON and back.

Here and not beside the scanners, as a finding's words were scrubbed before they were stored.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b

from twiceshy.archive import derived_values
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.findings import Finding, Scan, ScanRequest

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
