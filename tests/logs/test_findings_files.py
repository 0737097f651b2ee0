"""logs.findings_files: SARIF and JUnit XML as other tools write them, and damaged or hostile ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.base.errors import SourceError
from twiceshy.logs.findings_files import kind_of, read, read_junit, read_sarif
from twiceshy.records.findings import Problem

RULE: dict[str, Any] = {
    "id": "py/sql-injection",
    "properties": {"tags": ["security", "external/cwe/cwe-089"], "security-severity": "8.8", "precision": "high"},
    "defaultConfiguration": {"level": "error"},
    "messageStrings": {"default": {"text": "This query depends on {0}."}},
}
RESULT: dict[str, Any] = {
    "ruleId": "py/sql-injection",
    "ruleIndex": 0,
    "message": {"id": "default", "arguments": ["a user's value"]},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/a%20b.py"}, "region": {"startLine": 7}}}],
    "partialFingerprints": {"primaryLocationLineHash": "abc:1"},
}


def sarif(*results: dict[str, Any], rules: list[dict[str, Any]] | None = None, **run: Any) -> bytes:
    """A log with one run."""
    driver = {"name": "CodeQL", "rules": [RULE] if rules is None else rules}
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **run}]}
    return json.dumps(log).encode()


def test_a_result_is_put_together_from_itself_and_its_rule() -> None:
    """Level, class, message and score stand with the rule, the place with the result."""
    (one,) = read_sarif(sarif(RESULT)).results
    assert (one.tool, one.rule, one.level, one.cwe) == ("CodeQL", "py/sql-injection", "error", 89)
    assert (one.path, one.line, one.security_severity, one.precision) == ("src/a b.py", 7, 8.8, "high")
    assert one.message == "This query depends on a user's value."
    assert one.prints == ("primaryLocationLineHash=abc:1",)


def test_a_result_may_say_nearly_nothing() -> None:
    """The defaults of the standard hold: a warning, in no place."""
    (one,) = read_sarif(sarif({"message": {"text": "Odd.\nMore."}}, rules=[])).results
    assert (one.rule, one.level, one.cwe, one.path, one.line, one.message) == (
        "unknown",
        "warning",
        None,
        "",
        1,
        "Odd.",
    )


def test_rules_of_extensions_and_taxonomies_are_found() -> None:
    """By the pointers that the standard has for them, and places by index."""
    result = {
        "rule": {"index": 0, "toolComponent": {"index": 0}},
        "message": {"text": "m"},
        "taxa": [{"id": "79", "toolComponent": {"name": "CWE"}}],
        "locations": [{"physicalLocation": {"artifactLocation": {"index": 1}}}],
    }
    log = json.loads(sarif(result, artifacts=[{}, {"location": {"uri": "file:///x/b.ts"}}]))
    log["runs"][0]["tool"]["extensions"] = [{"rules": [{"id": "ext/1"}]}]
    (one,) = read_sarif(json.dumps(log).encode()).results
    assert (one.rule, one.cwe, one.path) == ("ext/1", 79, "/x/b.ts")


def test_what_was_waved_through_or_is_gone_is_left_out() -> None:
    """And counted; a suppression under review does not hold, and what passed is no finding."""
    report = read_sarif(
        sarif(
            RESULT | {"suppressions": [{"kind": "inSource"}]},
            RESULT | {"baselineState": "absent"},
            RESULT | {"suppressions": [{"kind": "external", "status": "underReview"}]},
            RESULT | {"kind": "pass"},
        )
    )
    assert (len(report.results), report.suppressed) == (1, 2)


JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" tests="9" failures="0" file="tests/test_birds.py">
<testcase classname="tests.test_birds" name="test_flies" time="0.1"/>
<testcase classname="tests.test_birds" name="test_sings" line="7">
<failure message="AssertionError: assert 'tweet' == 'caw'" type="builtins.AssertionError">trace</failure></testcase>
<testcase name="test_swims"><error>
 boom &lt;here&gt;
</error></testcase>
<testcase name="test_later"><skipped/><system-out>words</system-out></testcase>
</testsuite></testsuites>"""


def test_tests_are_counted_one_by_one() -> None:
    """Whatever the totals in the file say."""
    verdict = read_junit(JUNIT.encode()).verdict
    assert verdict is not None
    assert (verdict.tool, verdict.green) == ("pytest", False)
    assert (verdict.passed, verdict.failed, verdict.errors, verdict.skipped) == (1, 1, 1, 1)
    assert verdict.problems == (
        Problem(
            message="AssertionError: assert 'tweet' == 'caw'",
            file="tests/test_birds.py",
            line=7,
            test="tests.test_birds::test_sings",
            error_type="AssertionError",
        ),
        Problem(message="boom <here>", file="tests/test_birds.py", test="test_swims"),
    )


def test_no_test_is_not_green() -> None:
    """An empty suite has tried nothing; one that passed has."""
    empty = read_junit(b"<testsuite name='x'/>").verdict
    one = read_junit(b"<testsuite name='x'><testcase name='a'/></testsuite>").verdict
    assert empty is not None
    assert one is not None
    assert (empty.green, one.green) == (False, True)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'
BAD = {
    "cut.xml": (JUNIT[:300], "cut off"),
    "laughs.xml": (LAUGHS, "document type"),
    "outside.xml": ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>', "document type"),
    "deep.xml": ("<testsuite>" * 200, "too deep"),
    "cut.sarif": (sarif(RESULT).decode()[:-9], "not a complete report"),
    "old.sarif": ('{"version": "1.0.0", "runs": []}', "only SARIF 2.1.0"),
    "list.sarif": ("[]", "no list of runs"),
    "deep.sarif": ("[" * 100_000, "not a complete report"),
    "bytes.sarif": (b"\xff\xfe\x00".decode("latin-1"), "not a complete report"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    """Damaged, cut, hostile or of another version: the message has the file and what is wrong."""
    text, why = BAD[name]
    (tmp_path / name).write_text(text, "latin-1")
    with pytest.raises(SourceError, match=why) as error:
        read(tmp_path / name)
    assert name in str(error.value)


def test_files_are_known_by_what_they_hold(tmp_path: Path) -> None:
    """With any name, a mark before the first byte, or comments; logs and other XML are left alone."""
    for name, text, kind in (
        ("a.json", sarif(RESULT).decode(), "sarif"),
        ("b.txt", "\ufeff" + JUNIT, "junit"),
        ("c.xml", "<!-- made by x --><testsuite/>", "junit"),
        ("d.xml", "<project/>", None),
        ("e.json", '{"type": "user", "message": {"content": "runs"}}', None),
        ("f.sarif", "", "sarif"),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        assert kind_of(tmp_path / name) == kind, name
    assert kind_of(tmp_path / "none") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "tool",
                    "driver",
                    "rules",
                    "results",
                    "rule",
                    "ruleId",
                    "ruleIndex",
                    "message",
                    "text",
                    "index",
                    "locations",
                    "physicalLocation",
                    "region",
                    "startLine",
                    "properties",
                    "tags",
                    "taxa",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_runs_of_any_shape_are_read(run: object) -> None:
    """Values of odd types in known places are passed over."""
    read_sarif(json.dumps({"version": "2.1.0", "runs": [run]}).encode())
