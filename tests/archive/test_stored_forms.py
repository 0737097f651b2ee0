"""Values that earlier versions stored are still read: what cannot be derived again must never be lost."""

from datetime import UTC, datetime

from twiceshy.advice.recipes.rule_trials import decode_tallies
from twiceshy.archive import scans
from twiceshy.archive.cursor_form import CURSOR
from twiceshy.archive.lesson_table import LESSON
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Layer, Problem, Scan, Severity, Verdict
from twiceshy.records.ingest import Cursor
from twiceshy.records.rules import RuleKind

REPORT = (
    b'{"path": "out.sarif", "tools": ["scan"], "written": "2026-11-21T09:00:00.250000+00:00", "suppressed": 1, '
    b'"findings": [{"rule": "sarif/scan/x", "severity": "minor", "confidence": 0.5, "path": "a.py", "line": 3, '
    b'"cwe": null, "message": "Bad.", "mark": "0102"}], "places": ["03"], "scanned": {"03": "04"}, '
    b'"verdict": {"tool": "pytest", "green": false, "passed": 1, "failed": 1, "errors": null, "skipped": 0, '
    b'"problems": [["boom", "a.py", 3, "test_x", "ValueError"]]}}'
)


def test_a_report_of_the_first_form_is_read() -> None:
    """It lies in the store alone: its file may be gone."""
    found = scans.decode_report(REPORT)

    assert found.written == datetime(2026, 11, 21, 9, 0, 0, 250000, tzinfo=UTC)
    assert (found.path, found.tools, found.suppressed) == ("out.sarif", ("scan",), 1)
    assert found.findings == (
        Finding(
            rule="sarif/scan/x",
            layer=Layer.PATTERN,
            severity=Severity.MINOR,
            confidence=0.5,
            path="a.py",
            line=3,
            message=Scrubbed("Bad."),
            fingerprint=b"\x01\x02",
            tokens=b"\x01\x02",
        ),
    )
    assert (found.places, found.scanned) == ((b"\x03",), {b"\x03": b"\x04"})
    problem = Problem(message="boom", file="a.py", line=3, test="test_x", error_type="ValueError")
    assert found.verdict == Verdict(
        tool="pytest", kind="test", green=False, passed=1, failed=1, skipped=0, problems=(problem,)
    )
    assert scans.decode_report(scans.encode_report(found)) == found


def test_a_cursor_of_the_first_form_is_read() -> None:
    """Else every log would be read from its start."""
    assert CURSOR.decode('[7,1,0,0,"6162","",""]') == Cursor(offset=7, line=1, head=b"ab")


def test_a_scan_of_the_first_form_is_read() -> None:
    """It has every value, to the last; the path is known to whoever asks."""
    stored = b'{"pattern":["",[["r","pattern","major",0.5,3,"Bad.",78,"f","01","02",null]]],"taint":["missing",[]]}'
    found = scans.SCANS.decode(stored)

    assert found["taint"] == Scan(unknown="missing")
    (finding,) = scans.place_scan(found["pattern"], "a.py").findings
    assert (finding.path, finding.line, finding.cwe, finding.function, finding.fix) == ("a.py", 3, 78, "f", None)
    assert (finding.fingerprint, finding.tokens) == (b"\x01", b"\x02")


def test_a_tally_whose_call_is_the_first_is_read() -> None:
    """The call is left out then."""
    kind = next(iter(RuleKind))
    stored = f'[["{kind.value}","01",1,2,1,0,"0a","",{{"0b":1}}],["{kind.value}","01",1,2,1,0,"0a","0c",{{}}]]'
    first, other = decode_tallies(stored.encode())

    assert (first.applies, first.first_wrong, first.first, first.call, first.errors) == (
        True,
        False,
        b"\n",
        b"\n",
        {b"\x0b": 1},
    )
    assert other.call == b"\x0c"


def test_a_lesson_of_the_first_form_is_read() -> None:
    """Trigger and steps lie in the lesson's own columns, and cannot be derived again for one that was imported."""
    trigger = LESSON.forms["trigger"].unpack(
        '{"fingerprints": ["0102"], "parameter": "command", "validation": {"check": "len(x) < 3"}}'
    )
    (step,) = LESSON.forms["steps"].unpack('[{"action": "call_tool_first", "tool": "Read", "args": {"a": "b"}}]')

    assert (trigger.fingerprints, trigger.parameter, trigger.validation.check) == (
        (b"\x01\x02",),
        "command",
        "len(x) < 3",
    )
    assert (step.action.value, step.tool, step.args, step.validation) == ("call_tool_first", "Read", {"a": "b"}, None)
