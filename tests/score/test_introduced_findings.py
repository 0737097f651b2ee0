"""Faults that a change brings in are told from those that were there."""

from twiceshy.base.values import Scrubbed, Severity
from twiceshy.records.findings import Finding, Layer
from twiceshy.score.introduced_findings import count_introduced


def a_finding(name: str, severity: Severity, cwe: int) -> Finding:
    return Finding(
        rule=f"pattern/{name}",
        layer=Layer.PATTERN,
        severity=severity,
        confidence=0.5,
        path="a.py",
        line=1,
        message=Scrubbed("why"),
        cwe=cwe,
        fingerprint=name.encode(),
        tokens=name.encode(),
    )


def test_faults_are_counted_by_severity() -> None:
    """One stays, one goes, two come, of which one is a secret."""
    stays, goes = a_finding("a", Severity.MINOR, 22), a_finding("b", Severity.MAJOR, 89)
    comes, secret = a_finding("c", Severity.MAJOR, 78), a_finding("d", Severity.CRITICAL, 798)

    assert count_introduced([stays, goes], [comes, stays, secret]) == {
        "critical_findings": 1,
        "high_findings": 1,
        "medium_findings": 0,
        "findings_preserved": 1,
        "findings_fixed": 1,
        "unique_cwe_count": 2,
        "has_hardcoded_secret": True,
        "has_weak_crypto": False,
    }
