"""score.scanners.ruff: ruff's security rules as findings."""

import stat
import sys
from pathlib import Path

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Scan, Severity, SourceText
from twiceshy.score.scanners.ruff import RULES, RuffScanner, parse_answers

PROGRAM = Path(sys.executable).parent / "ruff"
RUFF = RuffScanner(PROGRAM, "1", Scrubbed)
FAULT = "import subprocess\n\n\ndef run(command):\n    subprocess.run(command, shell=True)\n"


def scan(text: str, path: str = "a.py") -> Scan:
    """The answer for one text."""
    return RUFF.scan([SourceText(path=path, text=text)])[0]


def test_a_fault_has_class_severity_and_function() -> None:
    """From our own table."""
    (one,) = scan(FAULT).findings
    assert (one.rule, one.cwe, one.severity, one.line, one.function) == ("ruff/S602", 78, Severity.MAJOR, 5, "run")


def test_many_texts_keep_their_order() -> None:
    """Each has its own answer, whatever the others are."""
    texts = [FAULT, "def f(:\n", "x = 1\n", FAULT]
    scans = RUFF.scan([*(SourceText(path="a.py", text=text) for text in texts), SourceText(path="a.go", text="x")])
    assert [(len(scan.findings), scan.unknown) for scan in scans] == [
        (1, ""),
        (0, "unparsed"),
        (0, ""),
        (1, ""),
        (0, "language"),
    ]


def test_what_does_not_parse_is_unknown() -> None:
    """Never clean, not even beside other findings."""
    assert scan(FAULT + "def f(:\n") == Scan(unknown="unparsed")


def test_settings_of_the_place_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a file of settings nor a comment hides a fault; the comment halves its worth."""
    (tmp_path / "ruff.toml").write_text('lint.ignore = ["S"]\nexclude = ["*"]\n')
    monkeypatch.chdir(tmp_path)
    (loud,), (silent,) = scan(FAULT).findings, scan(FAULT.rstrip() + "  # noqa\n").findings
    assert silent.confidence == loud.confidence / 2


def test_moved_code_keeps_its_fingerprint() -> None:
    """No line numbers in it."""
    assert scan("x = 1\n" * 5 + FAULT).findings[0].fingerprint == scan(FAULT).findings[0].fingerprint


def test_without_the_program_all_is_unknown() -> None:
    """And the version says so."""
    missing = RuffScanner(None, "", Scrubbed)
    assert missing.scan([SourceText(path="a.py", text=FAULT)]) == [Scan(unknown="missing")]
    assert missing.version != RUFF.version


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_text_that_kills_the_program_is_unknown_alone(tmp_path: Path) -> None:
    """The others of its batch are judged."""
    fake = tmp_path / "ruff"
    fake.write_text(f'#!/bin/sh\nif grep -q DIE *.py; then kill -9 $$; fi\nexec "{PROGRAM}" "$@"\n')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    texts = [FAULT, "x = 'DIE'\n", FAULT]
    scans = RuffScanner(fake, "1", Scrubbed).scan([SourceText(path="a.py", text=text) for text in texts])
    assert [(len(scan.findings), scan.unknown) for scan in scans] == [(1, ""), (0, "failed"), (1, "")]


@pytest.mark.parametrize("output", [b"", b"{", b"[1]", b'[{"filename": "x.py"}]', b"null", b"7"])
def test_what_is_no_answer_is_failed(output: bytes) -> None:
    """An odd output is not read as clean."""
    assert parse_answers(output) == "failed"


def test_every_rule_of_the_table_is_known_to_ruff() -> None:
    """A renamed rule would silently find nothing: ruff refuses an unknown selection, and all of them are selected."""
    assert scan("x = 1\n").unknown == ""
    assert all(worth.cwe > 0 and 0 < worth.confidence < 1 for worth in RULES.values())
