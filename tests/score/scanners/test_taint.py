"""score.scanners.taint: how the engine is asked, and what is made of its answers; the engine here is a stand-in."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Layer, Severity, SourceText
from twiceshy.score import scanner_process
from twiceshy.score.base import LARGEST
from twiceshy.score.scanners import taint
from twiceshy.score.scanners.taint import TaintLimits, TaintScanner
from twiceshy.score.taint_rules import load

CODE = "def f(db):\n    name = request.args['n']\n    db.execute('SELECT ' + name)\n"
HEAD = """#!{python}
import json, os, signal, sys
words = sys.argv[1:]
asked = json.load(open(words[words.index("-targets") + 1]))[1]
paths = [one[1]["path"]["fpath"] for one in asked]
texts = {{path: open(path).read() for path in paths}}
said = {{"results": [], "errors": [], "paths": {{"scanned": paths}}}}
"""
Fake = Callable[[str], Path]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Makes an engine of a few lines of Python, which has ``texts``, ``paths`` and ``said``, and prints the last."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def make(body: str) -> Path:
        path = tmp_path / "engine"
        path.write_text(HEAD.format(python=sys.executable) + body + "\nprint(json.dumps(said))\n")
        path.chmod(0o700)
        return path

    return make


def scanner(engine: Path | None, **limits: Any) -> TaintScanner:
    """With a message that shows that it was scrubbed."""
    return TaintScanner(engine, "1.0", lambda text: Scrubbed(f"<{text}>"), limits=TaintLimits(**limits))


def result(rule: str = "python.sql-injection", line: int = 3, source: str = "request.args") -> str:
    """The engine's words for a finding in the first text, as Python source."""
    spot = {"start": {"line": line, "col": 16}, "end": {"line": line, "col": 32}}
    trace = {"taint_source": ["CliLoc", [{"path": "x", "start": {"line": 2, "col": 12}}, source]]}
    words = f"dict(check_id={rule!r}, path=paths[0], extra=dict(dataflow_trace={trace!r}))"
    return f"said['results'].append({spot!r} | {words})"


def test_a_result_becomes_a_finding(fake: Fake) -> None:
    """With the rule's words and the place that the engine tells."""
    scan = scanner(fake(result())).scan([SourceText(path="app/a.py", text=CODE)])[0]
    (finding,) = scan.findings

    assert scan.unknown == ""
    assert (finding.rule, finding.layer, finding.cwe) == ("taint/sql-injection", Layer.TAINT, 89)
    assert (finding.path, finding.line, finding.function) == ("app/a.py", 3, "f")
    assert finding.severity is Severity.CRITICAL
    assert finding.message.startswith("<Data from outside")
    assert finding.message.endswith("`request.args` in line 2.>")
    assert finding.confidence == load().rules["python.sql-injection"].confidence
    assert len(finding.fingerprint) == len(finding.tokens) == 8


def test_what_the_user_of_a_program_says_counts_less(fake: Fake) -> None:
    """A program's arguments are no request."""
    (web,) = scanner(fake(result())).scan([SourceText(path="a.py", text=CODE)])[0].findings
    (local,) = scanner(fake(result(source="sys.argv"))).scan([SourceText(path="a.py", text=CODE)])[0].findings

    assert 0 < local.confidence < web.confidence


def test_a_fingerprint_stays_when_lines_move(fake: Fake) -> None:
    """And differs where the function does; ``tokens`` does not."""
    (here,) = scanner(fake(result())).scan([SourceText(path="a.py", text=CODE)])[0].findings
    moved = "def f(db):\n    name = argv\n\n\n    db.execute('SELECT ' + name)\n"
    (there,) = scanner(fake(result(line=5))).scan([SourceText(path="a.py", text=moved)])[0].findings
    renamed = CODE.replace("def f", "def g")
    (other,) = scanner(fake(result())).scan([SourceText(path="a.py", text=renamed)])[0].findings

    assert here.fingerprint == there.fingerprint != other.fingerprint
    assert here.tokens == other.tokens


def test_one_place_is_told_once(fake: Fake) -> None:
    """However many ways lead there; an odd result hides nothing."""
    body = "\n".join([result(), result(), "said['results'].append(dict(path=paths[0]))", result("python.unknown-rule")])

    assert len(scanner(fake(body)).scan([SourceText(path="a.py", text=CODE)])[0].findings) == 1


ERROR = "said['errors'].append(dict(error_type={}, location=dict(path=paths[0])))"
RULE_ERROR = "said['errors'].append(dict(error_type='RuleParseError', message=''))"
PYTHON = SourceText(path="a.py", text=CODE)
UNREAD = [
    ("no engine", None, PYTHON, "missing"),
    ("another language", "", SourceText(path="a.rb", text=CODE), "language"),
    ("a fragment", "", SourceText(path="a.py", text=CODE, partial=True), "partial"),
    ("too large", "", SourceText(path="a.py", text="x" * (LARGEST + 1)), "too-large"),
    ("an engine that fails", "sys.exit(2)", PYTHON, "failed"),
    ("an engine that dies", "os.kill(os.getpid(), signal.SIGKILL)", PYTHON, "failed"),
    ("an engine that says nonsense", "said = ['?']", PYTHON, "failed"),
    ("a rule that is broken", RULE_ERROR, PYTHON, "failed"),
    ("a text left out", "said['paths']['scanned'] = []", PYTHON, "failed"),
    ("a text half read", ERROR.format("['PartialParsing', []]"), PYTHON, "unparsed"),
    ("a text that takes too long", ERROR.format("'Timeout'"), PYTHON, "timeout"),
    ("an error that is new", ERROR.format("'Odd'"), PYTHON, "failed"),
]


@pytest.mark.parametrize(("body", "source", "reason"), [row[1:] for row in UNREAD], ids=[row[0] for row in UNREAD])
def test_what_was_not_judged_says_why(fake: Fake, body: str | None, source: SourceText, reason: str) -> None:
    """Never taken for clean."""
    engine = None if body is None else fake(body)

    assert [scan.unknown for scan in scanner(engine).scan([source])] == [reason]


def test_an_engine_that_is_gone_is_failed(tmp_path: Path) -> None:
    """Its path may have been true yesterday."""
    assert scanner(tmp_path / "nothing").scan([SourceText(path="a.py", text=CODE)])[0].unknown == "failed"


def test_an_engine_that_hangs_is_ended(fake: Fake) -> None:
    """With all it started, after its time by the clock."""
    engine = fake("signal.pause()")
    scan = scanner(engine, start_s=0.1, text_s=0.1, patience=1.0).scan([SourceText(path="a.py", text=CODE)])[0]

    assert scan.unknown == "timeout"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the clock is the only bound")
def test_an_engine_is_ended_by_the_processor_time_it_took(fake: Fake) -> None:
    """So that a busy machine gives the same answer: the clock is far away. No signal that it catches saves it."""
    engine = fake("signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass")
    scan = scanner(engine, start_s=0.0, text_s=0.0, patience=1e6).scan([PYTHON])[0]

    assert scan.unknown == "timeout"


def test_a_rule_that_overran_the_clock_is_asked_again(fake: Fake) -> None:
    """Alone and with more patience; then processor time decides, and a slow machine changes no answer."""
    overran = ERROR.format("'Timeout'")
    body = f"if words[words.index('-timeout') + 1] == '5.0': {overran}\nelse: {result()}"
    (scan,) = scanner(fake(body)).scan([PYTHON])

    assert (scan.unknown, len(scan.findings)) == ("", 1)


def test_one_bad_text_costs_only_itself(fake: Fake) -> None:
    """The others of its process are judged without it, each in its place."""
    engine = fake("if any('bomb argv' in text for text in texts.values()): sys.exit(3)\n" + result())
    sources = [SourceText(path=f"{n}.py", text="bomb argv" if n == 5 else CODE) for n in range(8)]
    scans = scanner(engine).scan([*sources, SourceText(path="x.txt", text="")])

    assert [scan.unknown for scan in scans] == [*[""] * 5, "failed", "", "", "language"]


def test_texts_are_given_in_batches(fake: Fake, tmp_path: Path) -> None:
    """So many a process, and so many characters."""
    log = tmp_path / "log"
    engine = fake(f"open({str(log)!r}, 'a').write(str(len(paths)))")
    sources = [SourceText(path=f"{n}.py", text="argv" + str(n) * 6) for n in range(5)]
    scanner(engine, texts=3).scan(sources)
    scanner(engine, characters=20).scan(sources)

    assert log.read_text() == "32221"


def test_the_engine_sees_nothing_but_texts(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up names in a folder of our own, no settings, metrics off; nothing is left afterwards."""
    monkeypatch.setenv("SECRET_TOKEN", "x")
    body = "said['results'] = []\nsaid['errors'] = [dict(error_type='Odd')]\n"
    body += "assert os.environ['SEMGREP_SEND_METRICS'] == 'off' and 'SECRET_TOKEN' not in os.environ\n"
    body += "assert os.stat(os.path.dirname(paths[0])).st_mode & 0o077 == 0 and os.path.basename(paths[0]) == '0.py'\n"
    body += "assert words.count('-j') == 1 and words[words.index('-j') + 1] == '1'\nsaid['errors'] = []"
    scans = scanner(fake(body)).scan([SourceText(path="../../etc/a.py", text=CODE)])

    assert scans[0].unknown == ""
    assert list(Path(tempfile.gettempdir()).iterdir()) == []


def test_what_a_killed_process_left_is_swept_away(fake: Fake) -> None:
    """But nothing of a process that lives, nor what a link leads to."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    top = Path(tempfile.gettempdir())
    dead, alive, link = (top / f"{scanner_process.PREFIX}{pid}-x" for pid in (done.pid, os.getpid(), f"{done.pid}-y"))
    dead.mkdir()
    alive.mkdir()
    link.symlink_to(alive)
    scanner(fake("")).scan([SourceText(path="a.py", text=CODE)])

    assert sorted(top.iterdir()) == sorted([alive, link])


def test_the_version_knows_rules_and_engine(fake: Fake) -> None:
    """Answers are kept by it."""
    assert scanner(None).version != scanner(fake("")).version
    assert load().digest in scanner(fake("")).version
    assert scanner(None).handles("a.tsx")
    assert not scanner(None).handles("Makefile")


def test_a_source_behind_a_call_is_told() -> None:
    """The engine nests its traces."""
    inner = ["CliLoc", [{"start": {"line": 4}}, "a  +\nb"]]

    assert taint.find_source_spot(["CliCall", [[{}, "f()"], [], inner]]) == ("a + b", 4)
    assert taint.find_source_spot(None) == ("", 0)


def test_a_sink_over_several_lines_is_cut_out() -> None:
    """Columns count from 1."""
    lines = ["f(a,", "  b", "  c)"]

    assert taint.cut(lines, {"line": 1, "col": 3}, {"line": 3, "col": 4}) == "a,\n  b\n  c"


def test_a_text_into_which_nothing_comes_is_not_followed(fake: Fake, tmp_path: Path) -> None:
    """The engine is dear; the others of a batch are given to it, each answer in its place."""
    log = tmp_path / "log"
    engine = fake(f"open({str(log)!r}, 'a').write(str(len(paths)))\n{result()}")
    quiet = SourceText(path="b.py", text="def f(a):\n    return a + 1\n")
    found = scanner(engine).scan([quiet, PYTHON, quiet])

    assert [(len(scan.findings), scan.unknown) for scan in found] == [(0, ""), (1, ""), (0, "")]
    assert log.read_text() == "1"
