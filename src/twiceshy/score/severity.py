"""One scale for all scanners' severities: critical, major, minor.

CVSS scores are cut as CVSS v3.1 names them (critical from 9, high from 7, medium from 4): critical and high are
``critical`` here, medium is ``major``, the rest ``minor``.
"""

from twiceshy.records.scores import Severity

SCALE: dict[str, Severity] = {
    "critical": Severity.CRITICAL, "blocker": Severity.CRITICAL, "fatal": Severity.CRITICAL,
    "high": Severity.CRITICAL, "severe": Severity.CRITICAL, "error": Severity.MAJOR,
    "major": Severity.MAJOR, "medium": Severity.MAJOR, "moderate": Severity.MAJOR, "warning": Severity.MAJOR,
    "warn": Severity.MAJOR, "serious": Severity.MAJOR,
    "minor": Severity.MINOR, "low": Severity.MINOR, "info": Severity.MINOR, "information": Severity.MINOR,
    "informational": Severity.MINOR, "note": Severity.MINOR, "style": Severity.MINOR, "hint": Severity.MINOR,
    "none": Severity.MINOR, "convention": Severity.MINOR, "refactor": Severity.MINOR,
}  # fmt: skip
"""Words of scanners. SARIF's ``error`` is only ``major``: it is the default of many rules of style."""


def of_word(word: str) -> Severity:
    """The severity that a scanner's word means; an unknown word is ``major``, so that nothing is hidden.

    >>> of_word("HIGH"), of_word("informational"), of_word("?")
    (<Severity.CRITICAL: 'critical'>, <Severity.MINOR: 'minor'>, <Severity.MAJOR: 'major'>)
    """
    return SCALE.get(word.strip().lower(), Severity.MAJOR)


def of_cvss(score: float) -> Severity:
    """The severity of a CVSS base score, 0 to 10.

    >>> of_cvss(9.8), of_cvss(5.0), of_cvss(0.0)
    (<Severity.CRITICAL: 'critical'>, <Severity.MAJOR: 'major'>, <Severity.MINOR: 'minor'>)
    """
    if score >= 7.0:
        return Severity.CRITICAL
    return Severity.MAJOR if score >= 4.0 else Severity.MINOR
