"""What scanners said of stored texts, kept by content; and findings as short JSON and back.

Here and not beside the scanners, as a finding's words were scrubbed before they were stored.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.records.scores import Finding, Layer, Scan, Severity
from twiceshy.records.text import Scrubbed
from twiceshy.store import derived
from twiceshy.store.derived import Derived

KIND = "scan"
VERSION = 1
"""Of the form; the scanner's own version is the hash of the input."""
Row = list[object]


class Asked(NamedTuple):
    """A text as one scanner sees it: its name decides the language, and whether it is a test."""

    scanner: str
    path: str
    body: bytes
    partial: bool

    def key(self) -> bytes:
        """16 bytes."""
        parts = (self.scanner.encode(), self.path.encode("utf-8", "replace"), self.body, b"p" * self.partial)
        return blake2b(b"\0".join(parts), digest_size=16).digest()


def known(connection: sqlite3.Connection, asked: Iterable[Asked], version: str) -> dict[Asked, Scan]:
    """The answers that are kept and were given by this version of the scanner."""
    good = digest(version)
    found: dict[Asked, Scan] = {}
    for one in asked:
        value = derived.get(connection, KIND, one.key())
        if value is not None and value.input_hash == good:
            found[one] = unpacked(value.value, one.path)
    return found


def entries(scans: Mapping[Asked, Scan], version: str) -> list[Derived]:
    """What is to be kept of new answers; a scanner that was missing, or had no time, is asked again."""
    return [
        Derived(one.key(), digest(version), packed(scan))
        for one, scan in scans.items()
        if scan.unknown not in {"missing", "failed"}
    ]


def digest(version: str) -> bytes:
    """8 bytes of a scanner's version."""
    return blake2b(version.encode(), digest_size=8).digest()


def packed(scan: Scan) -> bytes:
    """The answer as JSON, without its path."""
    return json.dumps([scan.unknown, [row(one) for one in scan.findings]], separators=(",", ":")).encode()


def unpacked(value: bytes, path: str) -> Scan:
    """What ``packed`` wrote."""
    unknown, rows = json.loads(value)
    return Scan(findings=tuple(finding(one, path) for one in rows), unknown=unknown)


def row(one: Finding) -> Row:
    """A finding without its path."""
    return [
        one.rule, one.layer.value, one.severity.value, one.confidence, one.line, one.message, one.cwe, one.function,
        one.fingerprint.hex(), one.tokens.hex(), one.fix,
    ]  # fmt: skip


def finding(values: Sequence[object], path: str) -> Finding:
    """What ``row`` made."""
    rule, layer, severity, confidence, line, message, cwe, function, mark, tokens, fix = values
    return Finding(
        rule=str(rule), layer=Layer(str(layer)), severity=Severity(str(severity)), confidence=float(str(confidence)),
        path=path, line=int(str(line)), message=Scrubbed(str(message)), cwe=None if cwe is None else int(str(cwe)),
        function=str(function), fingerprint=bytes.fromhex(str(mark)), tokens=bytes.fromhex(str(tokens)),
        fix=None if fix is None else Scrubbed(str(fix)),
    )  # fmt: skip
