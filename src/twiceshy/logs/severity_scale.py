"""One scale for all scanners' severities: critical, major, minor.

CVSS scores are cut as CVSS v3.1 names them (critical from 9, high from 7, medium from 4): critical and high are
``critical`` here, medium is ``major``, the rest ``minor``.
"""

from twiceshy.records.findings import Severity

_SCALE: dict[str, Severity] = {
    "critical": Severity.CRITICAL,
    "blocker": Severity.CRITICAL,
    "fatal": Severity.CRITICAL,
    "high": Severity.CRITICAL,
    "severe": Severity.CRITICAL,
    "error": Severity.MAJOR,
    "major": Severity.MAJOR,
    "medium": Severity.MAJOR,
    "moderate": Severity.MAJOR,
    "warning": Severity.MAJOR,
    "warn": Severity.MAJOR,
    "serious": Severity.MAJOR,
    "minor": Severity.MINOR,
    "low": Severity.MINOR,
    "info": Severity.MINOR,
    "information": Severity.MINOR,
    "informational": Severity.MINOR,
    "note": Severity.MINOR,
    "style": Severity.MINOR,
    "hint": Severity.MINOR,
    "none": Severity.MINOR,
    "convention": Severity.MINOR,
    "refactor": Severity.MINOR,
}
"""Words of scanners. SARIF's ``error`` is only ``major``: it is the default of many rules of style."""


def word_severity(word: str) -> Severity:
    """Return the severity of a scanner's word; an unknown word is ``major``, so that nothing is hidden.

    >>> word_severity("HIGH"), word_severity("informational"), word_severity("?")
    (<Severity.CRITICAL: 'critical'>, <Severity.MINOR: 'minor'>, <Severity.MAJOR: 'major'>)
    """
    return _SCALE.get(word.strip().lower(), Severity.MAJOR)


def cvss_severity(score: float) -> Severity:
    """Return the severity of a CVSS base score, 0 to 10.

    >>> cvss_severity(9.8), cvss_severity(5.0), cvss_severity(0.0)
    (<Severity.CRITICAL: 'critical'>, <Severity.MAJOR: 'major'>, <Severity.MINOR: 'minor'>)
    """
    if score >= 7.0:
        return Severity.CRITICAL
    return Severity.MAJOR if score >= 4.0 else Severity.MINOR
