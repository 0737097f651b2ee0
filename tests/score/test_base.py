"""score.base and score.severity: fingerprints, what is not looked at, and one scale."""

import doctest

import pytest

from twiceshy.logs import severity_scale
from twiceshy.records.findings import Severity, SourceText
from twiceshy.score import base
from twiceshy.stats.text import fingerprint

UNREAD = [
    ("code", SourceText(path="a.py", text="x = 1"), ""),
    ("empty", SourceText(path="a.py", text=""), ""),
    ("a fragment", SourceText(path="a.py", text="x", partial=True), "partial"),
    ("binary", SourceText(path="a.py", text="x\0y"), "binary"),
    ("huge", SourceText(path="a.py", text="x" * (base.LARGEST + 1)), "too-large"),
]


@pytest.mark.parametrize(("source", "reason"), [row[1:] for row in UNREAD], ids=[row[0] for row in UNREAD])
def test_what_is_not_looked_at_says_why(source: SourceText, reason: str) -> None:
    """A reason, never silence."""
    assert base.reason_to_skip(source) == reason


def test_a_fingerprint_knows_rule_function_and_text() -> None:
    """Any of them differing makes another."""
    keys = {
        fingerprint.fingerprint_finding(*parts)
        for parts in (("r", "f", "a"), ("q", "f", "a"), ("r", "g", "a"), ("r", "f", "b"))
    }

    assert len(keys) == 4


@pytest.mark.parametrize("module", [fingerprint, severity_scale])
def test_examples_in_the_module_hold(module: object) -> None:
    """Every doctest."""
    found = doctest.testmod(module)  # type: ignore[arg-type]  # modules
    assert found.attempted
    assert not found.failed


def test_high_scores_are_critical() -> None:
    """The borders of CVSS v3.1."""
    assert [severity_scale.cvss_severity(score) for score in (7.0, 6.9, 4.0, 3.9)] == [
        Severity.CRITICAL,
        Severity.MAJOR,
        Severity.MAJOR,
        Severity.MINOR,
    ]
