"""score.scanners.patterns: the scanner around the rules, and secrets."""

from dataclasses import replace

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.privacy.policy import RedactionLevel, build_detector, load_rules
from twiceshy.records.findings import Finding, Severity, SourceText
from twiceshy.score.edit_findings import compare
from twiceshy.score.scanners.patterns import SECRET, PatternScanner

PLAIN = PatternScanner(Scrubbed)
FAULT = "import subprocess\n\n\ndef run(command):\n    subprocess.run(command, shell=True)\n"
KEY = "AKIA" + "Q3EGT7XNZ5KVW2LM"


@pytest.fixture(scope="module")
def whole() -> PatternScanner:
    """With the detector that redacts."""
    secrets = build_detector(load_rules(), RedactionLevel.STANDARD)
    return PatternScanner(Scrubbed, secrets=secrets.find_many, secrets_version="1")


def findings(text: str, path: str = "a.py", scanner: PatternScanner = PLAIN) -> tuple[Finding, ...]:
    """What is found in one text."""
    return scanner.scan([SourceText(path=path, text=text)])[0].findings


def test_a_finding_says_what_where_and_what_instead() -> None:
    """Rule, class, line and function."""
    (one,) = findings(FAULT)
    assert (one.rule, one.cwe, one.severity, one.line, one.function) == (
        "pattern/shell-true",
        78,
        Severity.CRITICAL,
        5,
        "run",
    )
    assert one.fix


def test_moved_lines_are_preserved_and_new_ones_introduced() -> None:
    """Fingerprints hold no line numbers."""
    moved = findings("x = 1\n" * 9 + FAULT)
    assert compare(findings(FAULT), moved).preserved == moved
    assert compare((), moved).introduced == moved


def test_what_is_not_read_is_unknown() -> None:
    """Other languages, binary and huge texts; a fragment is read."""
    texts = [
        SourceText(path="a.swift", text="eval(x)"),
        SourceText(path="a.py", text="eval(x)\0"),
        SourceText(path="a.py", text="x" * (2 << 20)),
        SourceText(path="a.py", text="eval(x)", partial=True),
    ]
    scans = PLAIN.scan(texts)
    assert [scan.unknown for scan in scans] == ["language", "binary", "too-large", ""]
    assert [one.rule for one in scans[3].findings] == ["pattern/eval-variable"]


@pytest.mark.parametrize(
    "path", ["tests/test_run.py", "src/conftest.py", "docs/example.py", "a_test.py", "web/run.test.py"]
)
def test_tests_and_docs_harm_nobody(path: str, whole: PatternScanner) -> None:
    """Neither faults nor made-up secrets count there."""
    assert findings(FAULT + f'key = "{KEY}"\n', path, whole) == ()


def test_a_silenced_line_is_worth_half() -> None:
    """A comment that asks linters for silence does not hide anything."""
    (loud,), (silent,) = findings(FAULT), findings(FAULT.rstrip() + "  # noqa: S602\n")
    assert silent.confidence == loud.confidence / 2


def test_a_secret_is_the_same_finding_before_and_after_redaction(whole: PatternScanner) -> None:
    """Raw or as a placeholder, with the same fingerprint, and never told in words."""
    (raw,) = findings(f'AWS = "{KEY}"\n', scanner=whole)
    assert raw.rule == f"pattern/{SECRET}"
    assert raw.cwe == 798
    assert KEY not in str(raw)
    kind = str(raw.message).partition("(")[2].partition(")")[0]
    (stored,) = findings(f'AWS = "[{kind}:0a1b2c]"\n')
    assert (stored.fingerprint, stored.line) == (raw.fingerprint, raw.line)


def test_what_is_redacted_for_privacy_is_no_fault(whole: PatternScanner) -> None:
    """Addresses, users and keys in comments or docstrings."""
    for text in ('to = "[email:0a1b2c]"', "# [aws-key:0a1b2c]", '"""\n[aws-key:0a1b2c]\n"""', "x = os.environ['KEY']"):
        assert findings(text, scanner=whole) == ()


def test_the_same_text_gives_the_same_answer() -> None:
    """In any company, and the version names rules and detector."""
    source = SourceText(path="a.py", text=FAULT)
    alone, together = PLAIN.scan([source]), PLAIN.scan([replace(source, path="b.go"), source])
    assert together[1] == alone[0]
    assert PLAIN.version != PatternScanner(Scrubbed, secrets=lambda _: {}, secrets_version="2").version


def test_hostile_texts_end() -> None:
    """Brackets, quotes and braces without an end, and thousands of faults."""
    for piece in ("(", "[{", "'", '"""', "f'{", "`${", "/*", "eval(x)\n", "execute(f'select a from {", "\\"):
        for path in ("a.py", "a.ts", "a.go"):
            scan = PLAIN.scan([SourceText(path=path, text=piece * (60_000 // len(piece)))])[0]
            assert len(scan.findings) <= 400
