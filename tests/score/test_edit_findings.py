"""Faults that a change brings in are told from those that were there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.base.values import Scrubbed, Severity
from twiceshy.records.findings import Finding, FindingDelta, Layer
from twiceshy.records.findings import Severity as Severity_findings
from twiceshy.score.edit_findings import compare, count_introduced, drop_moved_code
from twiceshy.stats.text.fingerprint import fingerprint_finding


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


# score.compare: what a change did to the findings of its files.


def finding(name: str, path: str = "a.py", function: str = "f", line: int = 1) -> Finding:
    """A finding of rule ``r`` whose text is ``name``."""
    return Finding(
        rule="r",
        layer=Layer.PATTERN,
        severity=Severity_findings.MAJOR,
        confidence=0.8,
        path=path,
        line=line,
        message=Scrubbed(name),
        function=function,
        fingerprint=fingerprint_finding("r", function, name),
        tokens=fingerprint_finding("r", "", name),
    )


A, B = finding("a"), finding("b")
SAME = [
    ("nothing", [], []),
    ("nothing changed", [A, B], [A, B]),
    ("lines moved", [A, B], [replace(A, line=90), replace(B, line=7)]),
    ("twice the same", [A, A], [A, A]),
    ("moved to another file", [A], [replace(A, path="b.py")]),
    ("moved to another function", [A], [finding("a", function="g")]),
    ("moved to another file and function", [A], [finding("a", "b.py", "g")]),
]


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_only_moved_is_preserved(before: list[Finding], after: list[Finding]) -> None:
    """Nothing is introduced and nothing fixed."""
    assert compare(before, after) == FindingDelta(preserved=tuple(after))


def test_what_is_new_is_introduced_and_what_is_gone_is_fixed() -> None:
    """Each finding stands in one place only."""
    new = finding("c")

    assert compare([A, B], [B, new]) == FindingDelta(introduced=(new,), fixed=(A,), preserved=(B,))


def test_a_second_one_of_the_same_is_introduced() -> None:
    """Findings are counted, not collected in a set."""
    second = replace(A, line=9)

    assert compare([A], [A, second]) == FindingDelta(introduced=(second,), preserved=(A,))


def test_the_surer_likeness_wins() -> None:
    """One that stayed in its file is preserved; its copy in another file is new."""
    copy = replace(A, path="b.py")

    assert compare([A], [copy, A]).introduced == (copy,)


def test_another_rule_is_another_finding() -> None:
    """The same text under another rule is fixed here and introduced there."""
    other = replace(A, rule="q", fingerprint=b"12345678", tokens=b"87654321")

    assert compare([A], [other]) == FindingDelta(introduced=(other,), fixed=(A,))


def test_reasons_are_said_once() -> None:
    """In the order in which they came."""
    assert compare([], [], ["ruff: missing", "semgrep: failed", "ruff: missing"]).unknown == (
        "ruff: missing",
        "semgrep: failed",
    )


FINDINGS = st.lists(
    st.builds(finding, st.sampled_from("abc"), st.sampled_from(["a.py", "b.py"]), st.sampled_from("fg")), max_size=12
)


@given(FINDINGS, FINDINGS)
def test_nothing_is_lost_and_nothing_is_doubled(before: list[Finding], after: list[Finding]) -> None:
    """Every finding after is introduced or preserved, every one before fixed or preserved."""
    found = compare(before, after)

    assert len(found.introduced) + len(found.preserved) == len(after)
    assert len(found.fixed) + len(found.preserved) == len(before)


# score.moved_code: code that only moved is not new.

TEST_MOVED_CODE_A, TEST_MOVED_CODE_B = finding("a"), finding("b", line=2)


def brought(*found: Finding) -> FindingDelta:
    return FindingDelta(introduced=found)


def took(*found: Finding) -> FindingDelta:
    return FindingDelta(fixed=found)


THERE = replace(TEST_MOVED_CODE_A, path="b.py")
MOVED = [
    ("out of one file into another", [took(TEST_MOVED_CODE_A), brought(THERE)]),
    ("into another first", [brought(THERE), took(TEST_MOVED_CODE_A)]),
    ("out of a file and back", [took(TEST_MOVED_CODE_A), brought(TEST_MOVED_CODE_A)]),
]


@pytest.mark.parametrize("edits", [row[1] for row in MOVED], ids=[row[0] for row in MOVED])
def test_what_only_moved_in_a_task_is_not_new(edits: list[FindingDelta]) -> None:
    """It is preserved in the edit that seemed to bring it, and fixed nowhere."""
    found = drop_moved_code(edits)

    assert not [one for edit in found for one in (*edit.introduced, *edit.fixed)]
    assert len([one for edit in found for one in edit.preserved]) == 1


def test_what_an_edit_brought_in_stays_its_own() -> None:
    """Though a later one takes it out again; and one removal excuses one finding."""
    assert drop_moved_code([brought(TEST_MOVED_CODE_A), took(TEST_MOVED_CODE_A)]) == [
        brought(TEST_MOVED_CODE_A),
        took(TEST_MOVED_CODE_A),
    ]
    assert drop_moved_code([brought(TEST_MOVED_CODE_A), took(TEST_MOVED_CODE_A), brought(TEST_MOVED_CODE_A)])[
        0
    ] == brought(TEST_MOVED_CODE_A)
    assert drop_moved_code([took(TEST_MOVED_CODE_A), brought(THERE, replace(THERE, line=9))])[1].introduced
    assert drop_moved_code([brought(TEST_MOVED_CODE_A), brought(TEST_MOVED_CODE_B)]) == [
        brought(TEST_MOVED_CODE_A),
        brought(TEST_MOVED_CODE_B),
    ]
