"""How many faults of which sort does a change bring in?"""

from collections.abc import Iterable, Sequence
from typing import Final

from twiceshy.base.values import Severity
from twiceshy.records.findings import Finding
from twiceshy.score.compare import compare

_SEVERITIES: Final = {
    "critical_findings": Severity.CRITICAL,
    "high_findings": Severity.MAJOR,
    "medium_findings": Severity.MINOR,
}
"""The seed's names, by the one scale of all scanners."""
_SECRET: Final = frozenset((798,))
_WEAK_CRYPTO: Final = frozenset((326, 327, 328, 329, 330, 338, 916))
"""Of the Common Weakness Enumeration: weak algorithms, keys, random numbers and hashes."""


def count_introduced(before: Sequence[Finding], after: Sequence[Finding]) -> dict[str, float]:
    """Return numbers of a change's files by column; findings are those of all files before and after."""
    delta = compare(before, after)
    numbers: dict[str, float] = {
        name: sum(one.severity is severity for one in delta.introduced) for name, severity in _SEVERITIES.items()
    }
    return numbers | {
        "findings_preserved": len(delta.preserved),
        "findings_fixed": len(delta.fixed),
        "unique_cwe_count": len({one.cwe for one in delta.introduced if one.cwe is not None}),
        "has_hardcoded_secret": _has_any(delta.introduced, _SECRET),
        "has_weak_crypto": _has_any(delta.introduced, _WEAK_CRYPTO),
    }


def _has_any(findings: Iterable[Finding], weaknesses: frozenset[int]) -> bool:
    return any(one.cwe in weaknesses for one in findings)
