"""score.sarif: what the standard demands of a document."""

from dataclasses import replace
from typing import Any

from tests.score.test_edit_findings import finding

from twiceshy.records.findings import Severity
from twiceshy.score.sarif import LEVELS, Json, to_sarif

ONE = replace(finding("a"), cwe=89, fix=None, path="src/a b.py")


def run_of(document: Json) -> Any:
    """The only run."""
    runs = document["runs"]
    assert isinstance(runs, list)
    (run,) = runs
    assert isinstance(run, dict)
    return run


def test_a_document_has_what_the_schema_requires() -> None:
    """``version`` and ``runs``; a run its tool's name; a result its message; levels are those of the standard."""
    document = to_sarif([ONE, replace(ONE, line=0, severity=Severity.CRITICAL)], ["taint: missing"], "1.0")
    run = run_of(document)

    assert document["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"] == "twiceshy"
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note", "none"}
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "src/a%20b.py"


def test_results_point_at_their_rule() -> None:
    """By index and by id; each rule is told once."""
    run = run_of(to_sarif([ONE, replace(ONE, rule="other"), ONE], [], "1.0"))
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == ["r", "other"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_what_was_not_looked_at_is_told() -> None:
    """No result is no proof: a missing scanner is a notification."""
    run = run_of(to_sarif([], ["taint: missing"], "1.0"))
    (invocation,) = run["invocations"]

    assert run["results"] == []
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "not looked at: taint: missing"


def test_every_severity_has_a_level() -> None:
    """None is lost."""
    assert set(LEVELS) == set(Severity)
