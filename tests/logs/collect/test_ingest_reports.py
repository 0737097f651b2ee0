"""flows.findings_files: reports of other tools in the store, by `twiceshy ingest`."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.scans import REPORT_KIND as KIND
from twiceshy.archive.scans import decode_report
from twiceshy.base import config, toolbox
from twiceshy.doors.cli.commands.ingest import render_summary
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.findings_files import locate_files
from twiceshy.records.findings import Severity
from twiceshy.score.recipes import score_changes
from twiceshy.score.recipes.reported_findings import find_reported

SECRET = "hunter" + "2-Zk81qLw0"
JUNIT = (
    "<testsuite name='jest tests'><testcase name='a'/><testcase name='b'><failure message='no'/></testcase></testsuite>"
)


def report(**result: Any) -> str:
    """A SARIF file with one result."""
    default = {"ruleId": "r1", "level": "error", "message": {"text": f"password = '{SECRET}' is known"}}
    run = {"tool": {"driver": {"name": "scan"}}, "results": [default | result]}
    return json.dumps({"version": "2.1.0", "runs": [run]})


@pytest.fixture
def settings(tmp_path: Path) -> config.Config:
    """Of an empty store."""
    return config.load({}, {"TWICESHY_HOME": str(tmp_path / "store")}, tmp_path)


def stored(settings: config.Config) -> list[bytes]:
    """The values that are kept."""
    with Store.open(settings.home) as store:
        rows = store.connection.execute("SELECT value FROM derived WHERE kind = ? ORDER BY value", (KIND,))
        return [value for (value,) in rows]


def test_a_report_is_kept_redacted_and_on_our_scale(tmp_path: Path, settings: config.Config) -> None:
    """And comes back as it was kept."""
    path = tmp_path / "out.json"
    path.write_text(report())
    summary = ingest([path], settings)
    (value,) = stored(settings)
    assert SECRET.encode() not in value
    (one,) = decode_report(value).findings
    assert (one.rule, one.severity, len(one.fingerprint)) == ("sarif/scan/r1", Severity.MAJOR, 8)
    assert "[password:" in one.message
    assert summary.reports["findings"] == 1
    assert "Read 1 report of other tools: 1 finding." in render_summary(summary, settings)


def test_tests_are_kept_as_a_verdict(tmp_path: Path, settings: config.Config) -> None:
    """With the tests that failed."""
    path = tmp_path / "junit.xml"
    path.write_text(JUNIT)
    summary = ingest([path], settings)
    verdict = decode_report(stored(settings)[0]).verdict
    assert verdict is not None
    assert (verdict.tool, verdict.green, verdict.failed) == ("jest", False, 1)
    assert [problem.test for problem in verdict.problems] == ["b"]
    assert "2 tests, 1 failed" in render_summary(summary, settings)


def test_a_report_that_was_written_anew_takes_its_own_place(tmp_path: Path, settings: config.Config) -> None:
    """One value a file, however often it is read."""
    path = tmp_path / "out.sarif"
    for text in (report(), report(), report(ruleId="r2")):
        path.write_text(text)
        ingest([path], settings)
    assert [decode_report(value).findings[0].rule for value in stored(settings)] == ["sarif/scan/r2"]


def test_a_bad_report_is_told_and_the_others_are_kept(tmp_path: Path, settings: config.Config) -> None:
    """With the reason, on the way out."""
    good, bad = tmp_path / "good.sarif", tmp_path / "bad.sarif"
    good.write_text(report())
    bad.write_text(report()[:50])
    summary = ingest([bad, good], settings)
    assert len(stored(settings)) == 1
    (failed,) = summary.failed_files
    assert "bad.sarif is not a complete report" in failed.reason
    assert "bad.sarif" in render_summary(summary, settings)


def test_a_report_is_read_alone(tmp_path: Path, settings: config.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agents' own folders are not read because the only path given was a report."""
    monkeypatch.setattr("twiceshy.logs.collect.ingest_logs.list_readers", dict)
    path = tmp_path / "out.sarif"
    path.write_text(report())
    assert ingest([path], settings).files_seen == 0


@pytest.mark.parametrize(
    ("later", "stale"), [(None, False), ("x = 2\n", True)], ids=["as it was scanned", "changed since"]
)
def test_a_file_that_is_scored_tells_what_others_reported_of_it(
    tmp_path: Path, settings: config.Config, monkeypatch: pytest.MonkeyPatch, later: str | None, stale: bool
) -> None:
    """As its own layer with its source; once the file has changed, that is said. Names are found from the report up."""
    monkeypatch.setattr(toolbox, "on_path", lambda _: None)
    (tmp_path / "src").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "src" / "a.py").write_text("x = 1\n")
    place = {"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 1}}}
    (tmp_path / "out" / "scan.sarif").write_text(report(locations=[place]))
    ingest([tmp_path / "out" / "scan.sarif"], settings)
    if later:
        (tmp_path / "src" / "a.py").write_text(later)

    found = score_changes.score_files(settings, tmp_path, ["src/a.py"])

    (one,) = found.reported
    assert (one.path, one.source, one.finding.line, one.stale) == ("src/a.py", "scan", 1, stale)
    assert found.score.introduced.introduced == ()
    assert find_reported(settings, tmp_path, ["src/b.py"]) == ()


def test_a_file_that_changed_before_the_report_was_read_is_stale(tmp_path: Path, settings: config.Config) -> None:
    """What the scanner saw is not known; a name that is nowhere has no file."""
    scanned, changed = tmp_path / "scan.sarif", tmp_path / "a.py"
    scanned.write_text("{}")
    changed.write_text("x = 1\n")
    os.utime(scanned, (1, 1))

    keys, digests = locate_files(scanned, ["a.py", "gone.py", "", "a.py"], b"salt")

    assert [bool(key) for key in keys] == [True, False, False, True]
    assert digests == {}
