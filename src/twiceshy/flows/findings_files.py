"""Reports of other tools, read, redacted and kept: a scanner's findings and a test runner's verdict, one value a file.

A report that is read again takes the place of what was kept of it before, as its tool writes it anew each time.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from twiceshy.capture.findings_files import Report, Reported, kind_of, read
from twiceshy.errors import SourceError
from twiceshy.flows.scanned_files import located
from twiceshy.records.scores import Finding, Layer, Severity
from twiceshy.records.summary import FailedFile
from twiceshy.records.testlog import Problem, Verdict
from twiceshy.records.text import Scrubbed
from twiceshy.score.base import fingerprint
from twiceshy.score.severity import of_cvss, of_word
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived

KIND = "report-file"
"""Of ``derived``."""
VERSION = 2
PRECISION = {"very-high": 0.9, "high": 0.8, "medium": 0.5, "low": 0.3}
"""Confidence by the word that GitHub's code scanning uses. Guesses of 2026-11-21."""
UNSAID = 0.5
Scrub = Callable[[str], Scrubbed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of one report."""

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
    """For these keys the digest of what the scanner saw, where that is known; see ``scanned_files``."""


def reports_among(paths: Sequence[Path]) -> list[Path]:
    """The files among these that are reports, by what they hold; folders are not looked through for them."""
    return [path for path in paths if path.is_file() and kind_of(path) is not None]


def keep(store: Store, paths: Iterable[Path], scrub: Scrub) -> tuple[list[Kept], list[FailedFile]]:
    """What the reports said, which is now in the store; and those that could not be read, with the reason."""
    kept, failed, entries = [], [], []
    for path in paths:
        try:
            report = read(path)
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (SourceError, OSError) as error:
            failed.append(FailedFile(name=scrub(str(path)), reason=scrub(str(error))))
            continue
        places, scanned = located(path, (result.path for result in report.results), store.salt)
        one = replace(known(report, path, written, scrub), places=tuple(places), scanned=scanned)
        kept.append(one)
        value = packed(one)
        place = str(path.resolve()).encode("utf-8", "surrogateescape")
        key = blake2b(place, key=store.salt, digest_size=16).digest()
        entries.append(Derived(key, blake2b(value, digest_size=16).digest(), value))
    if entries:
        store.put_derived(KIND, entries, VERSION)
    return kept, failed


def known(report: Report, path: Path, written: datetime, scrub: Scrub) -> Kept:
    """A report in our own records, redacted."""
    return Kept(
        path=scrub(str(path)),
        tools=tuple(scrub(tool) for tool in report.tools),
        written=written,
        findings=tuple(finding(one, scrub) for one in report.results),
        suppressed=report.suppressed,
        verdict=verdict(report.verdict, scrub) if report.verdict else None,
    )


def finding(one: Reported, scrub: Scrub) -> Finding:
    """A scanner's result on our scale; its own fingerprints are used where it has some."""
    rule = scrub(f"sarif/{one.tool}/{one.rule}")
    words = one.prints or (one.snippet or one.message, one.path if not one.snippet else "")
    mark = fingerprint(rule, "", *words)
    cvss = one.security_severity
    return Finding(
        rule=rule, layer=Layer.PATTERN, severity=of_word(one.level) if cvss is None else of_cvss(cvss),
        confidence=PRECISION.get(one.precision, UNSAID), path=scrub(one.path), line=one.line, cwe=one.cwe,
        message=scrub(one.message), fingerprint=mark, tokens=mark,
    )  # fmt: skip


def verdict(said: Verdict, scrub: Scrub) -> Verdict:
    """A verdict whose texts are redacted."""
    return Verdict(
        tool=said.tool, kind=said.kind, green=said.green, passed=said.passed, failed=said.failed, errors=said.errors,
        skipped=said.skipped, problems=tuple(
            Problem(message=scrub(one.message), file=scrub(one.file) if one.file else None, line=one.line,
                    test=scrub(one.test) if one.test else None, error_type=one.error_type)
            for one in said.problems
        ),
    )  # fmt: skip


def packed(kept: Kept) -> bytes:
    """What is kept, as JSON."""
    value: dict[str, Any] = {
        "path": kept.path, "tools": kept.tools, "written": kept.written.isoformat(), "suppressed": kept.suppressed,
        "findings": [
            {"rule": one.rule, "severity": one.severity, "confidence": one.confidence, "path": one.path,
             "line": one.line, "cwe": one.cwe, "message": one.message, "mark": one.fingerprint.hex()}
            for one in kept.findings
        ],
        "places": [key.hex() for key in kept.places],
        "scanned": {key.hex(): seen.hex() for key, seen in kept.scanned.items()},
    }  # fmt: skip
    if kept.verdict is not None:
        said = kept.verdict
        value["verdict"] = {
            "tool": said.tool, "green": said.green, "passed": said.passed, "failed": said.failed,
            "errors": said.errors, "skipped": said.skipped,
            "problems": [[one.message, one.file, one.line, one.test, one.error_type] for one in said.problems],
        }  # fmt: skip
    return json.dumps(value).encode()


def unpacked(value: bytes, text: Scrub) -> Kept:
    """The same from the store; ``text`` says that a text from there was redacted (``store.derived`` knows how)."""
    row = json.loads(value)
    said = row.get("verdict")
    problems = [] if said is None else said.pop("problems")
    return Kept(
        path=text(row["path"]), tools=tuple(row["tools"]), written=datetime.fromisoformat(row["written"]),
        suppressed=row["suppressed"],
        findings=tuple(
            Finding(rule=one["rule"], layer=Layer.PATTERN, severity=Severity(one["severity"]),
                    confidence=one["confidence"], path=one["path"], line=one["line"], cwe=one["cwe"],
                    message=text(one["message"]), fingerprint=bytes.fromhex(one["mark"]),
                    tokens=bytes.fromhex(one["mark"]))
            for one in row["findings"]
        ),
        places=tuple(bytes.fromhex(key) for key in row.get("places", ())),
        scanned={bytes.fromhex(key): bytes.fromhex(seen) for key, seen in row.get("scanned", {}).items()},
        verdict=None if said is None else Verdict(kind="test", problems=tuple(
            Problem(message=message, file=file, line=line, test=test, error_type=error)
            for message, file, line, test, error in problems
        ), **said),
    )  # fmt: skip
