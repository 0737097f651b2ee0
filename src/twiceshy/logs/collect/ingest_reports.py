"""Store reports of other tools, scrubbed: a scanner's findings and a test runner's verdict, one value a file.

A report that is read again replaces what was stored of it before, as its tool writes it anew each time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.scans import REPORT_KIND as KIND
from twiceshy.archive.scans import REPORT_VERSION as VERSION
from twiceshy.archive.scans import StoredReport, encode_report
from twiceshy.base.errors import SourceError, TwiceshyError, locate_fault
from twiceshy.base.values import Scrubbed
from twiceshy.logs.findings_files import SarifResult, ToolReport, kind_of, locate_files, read
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.severity_scale import cvss_severity, word_severity
from twiceshy.records.findings import Finding, Layer, Problem, Verdict
from twiceshy.records.ingest import FailedFile
from twiceshy.stats.text.fingerprint import fingerprint_finding

_PRECISION = {"very-high": 0.9, "high": 0.8, "medium": 0.5, "low": 0.3}
"""Confidence by the word that GitHub's code scanning uses. Guesses of 2026-11-21."""
_DEFAULT_PRECISION = 0.5
"""Confidence where the report has no such word (guess, 2026-11-21)."""
_Scrub = Callable[[str], Scrubbed]


def select_reports(paths: Sequence[Path]) -> list[Path]:
    """Return the files among these that are reports, by their content; folders are not searched for them."""
    return [path for path in paths if path.is_file() and _is_report(path)]


def _is_report(path: Path) -> bool:
    """Tell whether a file is a report; one at which our code fails may be, and is named where it is read."""
    try:
        return kind_of(path) is not None
    except Exception:  # noqa: BLE001  # the same fault comes again where it is read, and is told there
        return True


def store_reports(store: Store, paths: Iterable[Path], scrub: _Scrub) -> tuple[list[StoredReport], list[FailedFile]]:
    """Store the reports; return them, and those that could not be read with the reason."""
    kept, failed, entries = [], [], []
    for path in paths:
        try:
            report = read(path)
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            places, scanned = locate_files(path, (result.path for result in report.results), store.salt)
            one = replace(_to_report(report, path, written, scrub), places=tuple(places), scanned=scanned)
            value = encode_report(one)
        except (SourceError, OSError) as error:
            failed.append(FailedFile(name=scrub(spell_path(path)), reason=scrub(spell_path(str(error)))))
            continue
        except TwiceshyError:
            raise
        except Exception as error:  # noqa: BLE001  # one report of any shape must not end the ingest
            fault = locate_fault(error)
            reason = f"a fault of ours ({fault}); please report it"
            failed.append(FailedFile(name=scrub(spell_path(path)), reason=reason, place=fault))
            continue
        kept.append(one)
        place = str(path.resolve()).encode("utf-8", "surrogateescape")
        key = blake2b(place, key=store.salt, digest_size=16).digest()
        entries.append(DerivedValue(key, blake2b(value, digest_size=16).digest(), value))
    if entries:
        store.put_derived(KIND, entries, VERSION)
    return kept, failed


def _to_report(report: ToolReport, path: Path, written: datetime, scrub: _Scrub) -> StoredReport:
    """Return a report as our own record, scrubbed."""
    return StoredReport(
        path=scrub(spell_path(path)),
        tools=tuple(scrub(tool) for tool in report.tools),
        written=written,
        findings=tuple(_to_finding(one, scrub) for one in report.results),
        suppressed=report.suppressed,
        verdict=_scrub_verdict(report.verdict, scrub) if report.verdict else None,
    )


def _to_finding(one: SarifResult, scrub: _Scrub) -> Finding:
    """Return a scanner's result on our scale; its own fingerprints are used where it has some."""
    rule = scrub(f"sarif/{one.tool}/{one.rule}")
    words = one.prints or (one.snippet or one.message, one.path if not one.snippet else "")
    mark = fingerprint_finding(rule, "", *words)
    cvss = one.security_severity
    return Finding(
        rule=rule,
        layer=Layer.PATTERN,
        severity=word_severity(one.level) if cvss is None else cvss_severity(cvss),
        confidence=_PRECISION.get(one.precision, _DEFAULT_PRECISION),
        path=scrub(one.path),
        line=one.line,
        cwe=one.cwe,
        message=scrub(one.message),
        fingerprint=mark,
        tokens=mark,
    )


def _scrub_verdict(said: Verdict, scrub: _Scrub) -> Verdict:
    """Return the verdict with its texts scrubbed."""
    return Verdict(
        tool=said.tool,
        kind=said.kind,
        green=said.green,
        passed=said.passed,
        failed=said.failed,
        errors=said.errors,
        skipped=said.skipped,
        problems=tuple(
            Problem(
                message=scrub(one.message),
                file=scrub(one.file) if one.file else None,
                line=one.line,
                test=scrub(one.test) if one.test else None,
                error_type=one.error_type,
            )
            for one in said.problems
        ),
    )
