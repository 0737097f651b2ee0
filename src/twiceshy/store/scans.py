"""What scanners said of stored texts, kept by content; and findings as short JSON and back.

Here and not beside the scanners, as a finding's words were scrubbed before they were stored.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from twiceshy.records.findings import Finding, Layer, Scan, ScanRequest, Severity
from twiceshy.records.values import Scrubbed
from twiceshy.store import derived_values
from twiceshy.store.derived_values import DerivedValue

KIND = "scan"
VERSION = 1
"""Of the form; the scanner's own version is the hash of the input."""
_Row = list[object]


def read_scans(connection: sqlite3.Connection, asked: Iterable[ScanRequest], version: str) -> dict[ScanRequest, Scan]:
    """Return the stored answers that this version of the scanner gave."""
    good = _hash_version(version)
    found: dict[ScanRequest, Scan] = {}
    for one in asked:
        value = derived_values.get(connection, KIND, one.key())
        if value is not None and value.input_hash == good:
            found[one] = decode_scan(value.value, one.path)
    return found


def make_entries(scans: Mapping[ScanRequest, Scan], version: str) -> list[DerivedValue]:
    """Return what to store of new answers; a scanner that was missing, or failed, is asked again next time."""
    return [
        DerivedValue(one.key(), _hash_version(version), encode_scan(scan))
        for one, scan in scans.items()
        if scan.unknown not in {"missing", "failed"}
    ]


def _hash_version(version: str) -> bytes:
    """Return 8 bytes that identify a scanner's version."""
    return blake2b(version.encode(), digest_size=8).digest()


def encode_scan(scan: Scan) -> bytes:
    """Encode an answer as JSON, without its path."""
    return json.dumps([scan.unknown, [encode_finding(one) for one in scan.findings]], separators=(",", ":")).encode()


def decode_scan(value: bytes, path: str) -> Scan:
    """Decode an answer that ``encode_scan`` wrote."""
    unknown, rows = json.loads(value)
    return Scan(findings=tuple(decode_finding(one, path) for one in rows), unknown=unknown)


def encode_finding(one: Finding) -> _Row:
    """Encode a finding, without its path, as a list for JSON."""
    return [
        one.rule,
        one.layer.value,
        one.severity.value,
        one.confidence,
        one.line,
        one.message,
        one.cwe,
        one.function,
        one.fingerprint.hex(),
        one.tokens.hex(),
        one.fix,
    ]


def decode_finding(values: Sequence[object], path: str) -> Finding:
    """Decode a finding that ``encode_finding`` wrote."""
    rule, layer, severity, confidence, line, message, cwe, function, mark, tokens, fix = values
    return Finding(
        rule=str(rule),
        layer=Layer(str(layer)),
        severity=Severity(str(severity)),
        confidence=float(str(confidence)),
        path=path,
        line=int(str(line)),
        message=Scrubbed(str(message)),
        cwe=None if cwe is None else int(str(cwe)),
        function=str(function),
        fingerprint=bytes.fromhex(str(mark)),
        tokens=bytes.fromhex(str(tokens)),
        fix=None if fix is None else Scrubbed(str(fix)),
    )
