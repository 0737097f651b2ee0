"""Reports that other tools left in files: SARIF 2.1.0 of scanners, JUnit XML of test runners.

SARIF: OASIS, Static Analysis Results Interchange Format 2.1.0. JUnit's form was never written down; read is what
pytest, jest-junit, Maven, Gradle and go-junit-report write. XML is read by expat as a stream: a document type is
refused before anything of it is used, since entities live there, and no file or address is ever followed. Texts are
foreign and not redacted; paths are as the tool wrote them.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote
from xml.parsers import expat

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import ForeignFileError, read_foreign, stream_foreign
from twiceshy.commands.keys.gate_keys import make_absolute, path_key
from twiceshy.records.findings import Problem, Verdict

_LARGEST = 64 << 20
"""Bytes of a report that is read. Guess, 2026-11-21: the largest seen have 20 MB."""
_DEEPEST = 64
"""Elements within elements; test suites nest a few (guess, 2026-11-21)."""
_MOST_RESULTS = 50_000  # tests and findings of one report that are read (guess, 2026-11-21)
_MOST_PROBLEMS = 1_000  # of them that are kept with their words (guess, 2026-11-21)
_HEAD = 4096  # bytes at a file's start that say what kind of report it is (guess, 2026-11-21)
_MESSAGE = 240  # characters of a problem's message that are kept (guess, 2026-11-21)
_SARIF = re.compile(rb"\s*\{")
_SARIF_SIGN = re.compile(rb"sarif-(?:schema-)?2\.\d|\"version\"\s*:\s*\"2\.1\.0\"")
_JUNIT = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>)?(?:\s|<!--.{0,500}?-->){0,200}+(?:<!DOCTYPE.{0,2000}?)?<testsuites?[\s>/]", re.DOTALL
)
_CWE = re.compile(r"(?i)\bcwe[-_/ ]?(\d{1,5})\b")
_RUNNERS = re.compile(
    r"(?i)\b(pytest|jest|vitest|mocha|playwright|cypress|junit|gotestsum|rspec|phpunit|karma|xunit)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SarifResult:
    """One result of a SARIF file, in the words of its tool."""

    tool: str
    rule: str
    level: str
    """``error``, ``warning``, ``note`` or ``none``."""
    security_severity: float | None
    """A CVSS score, where the rule has one."""
    precision: str
    cwe: int | None
    path: str
    """Decoded; empty where the result has no place."""
    line: int
    """From 1."""
    message: str
    prints: tuple[str, ...]
    """The tool's own fingerprints."""
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReport:
    """What a report file says."""

    kind: Literal["sarif", "junit"]
    tools: tuple[str, ...]
    results: tuple[SarifResult, ...] = ()
    suppressed: int = 0
    """Results that their authors waved through, or that are gone since the baseline; left out."""
    verdict: Verdict | None = None


def kind_of(path: Path) -> Literal["sarif", "junit"] | None:
    """Return the kind of a file, from its beginning or a name only such files have; None for all others."""
    try:
        with stream_foreign(path) as file:
            head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return None
    if _JUNIT.match(head):
        return "junit"
    named = path.suffix == ".sarif" or path.name.endswith(".sarif.json")
    return "sarif" if named or (_SARIF.match(head) and _SARIF_SIGN.search(head)) else None


def read(path: Path) -> ToolReport:
    """Read a report.

    Raises:
        SourceError: it cannot be read, is too large, damaged, cut off, of another version, or has a document type.
    """
    kind = kind_of(path)
    try:
        data = read_foreign(path, _LARGEST)
    except ForeignFileError as error:
        hint = f" It has more than {_LARGEST >> 20} MB: report on fewer files at once."
        raise SourceError(f"{path}: {error.strerror}.{hint if error.reason == 'too-large' else ''}") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        if kind == "junit":
            return read_junit(data)
        if kind == "sarif":
            return read_sarif(data)
    except ValueError as error:
        raise SourceError(f"{path} is not a complete report: {error}. Write it again with its tool.") from error
    raise SourceError(f"{path} is neither SARIF 2.1.0 nor JUnit XML.")


def read_sarif(data: bytes) -> ToolReport:
    """Return the results of a SARIF file.

    Raises:
        ValueError: it is none, or damaged.
    """
    try:
        log = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(log, dict) or not isinstance(log.get("runs"), list):
        raise ValueError("it has no list of runs")  # noqa: TRY004  # of the file's content
    if log.get("version") != "2.1.0":
        raise ValueError(f"its version is {log.get('version')!r:.20}, and only SARIF 2.1.0 is known")
    found: list[SarifResult] = []
    tools, suppressed = [], 0
    for run in _as_maps(log["runs"]):
        driver = _as_map(_as_map(run.get("tool")).get("driver"))
        tools.append(_as_text(driver.get("name")) or "unknown")
        reading = _SarifRun(run, tools[-1])
        for result in _as_maps(run.get("results")):
            if result.get("baselineState") == "absent" or _is_suppressed(result):
                suppressed += 1
            elif result.get("kind", "fail") in {"fail", "open", "review"} and len(found) < _MOST_RESULTS:
                found.append(reading.result(result))
    return ToolReport(kind="sarif", tools=tuple(tools), results=tuple(found), suppressed=suppressed)


def _is_suppressed(result: Mapping[str, Any]) -> bool:
    """Tell whether a suppression holds; one rejected or under review does not (SARIF 3.27.23, 3.35.3)."""
    return any(_as_text(one.get("status")) in {"", "accepted"} for one in _as_maps(result.get("suppressions")))


class _SarifRun:
    """One run of a tool, with the rules that its results point to."""

    def __init__(self, run: Mapping[str, Any], tool: str) -> None:
        self.tool = tool
        self.artifacts = _as_maps(run.get("artifacts"))
        parts = _as_map(run.get("tool"))
        self.components = [_as_map(parts.get("driver")), *_as_maps(parts.get("extensions"))]

    def rule(self, result: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Return id and description of a result's rule (SARIF 3.27.5 to 3.27.7)."""
        pointer = _as_map(result.get("rule"))
        name = _as_text(result.get("ruleId")) or _as_text(pointer.get("id"))
        index = result.get("ruleIndex", pointer.get("index"))
        component = _as_map(pointer.get("toolComponent")).get("index")
        chosen = self.components[0]
        if isinstance(component, int) and 0 <= component < len(self.components) - 1:
            chosen = self.components[component + 1]
        rules = _as_maps(chosen.get("rules"))
        if isinstance(index, int) and 0 <= index < len(rules):
            return name or _as_text(rules[index].get("id")), rules[index]
        every = (rule for part in self.components for rule in _as_maps(part.get("rules")))
        return name, next((rule for rule in every if rule.get("id") == name), {})

    def result(self, result: Mapping[str, Any]) -> SarifResult:
        """Build the record of one result."""
        name, rule = self.rule(result)
        properties = {**_as_map(rule.get("properties")), **_as_map(result.get("properties"))}
        default = _as_text(_as_map(rule.get("defaultConfiguration")).get("level"))
        place = _as_map(_as_map(next(iter(_as_maps(result.get("locations"))), {})).get("physicalLocation"))
        region = _as_map(place.get("region"))
        prints = {**_as_map(result.get("partialFingerprints")), **_as_map(result.get("fingerprints"))}
        return SarifResult(
            tool=self.tool,
            rule=name or "unknown",
            level=_as_text(result.get("level")) or default or "warning",
            security_severity=_parse_cvss(properties.get("security-severity")),
            precision=_as_text(properties.get("precision")),
            cwe=_find_cwe(rule, result, properties),
            path=self.path(_as_map(place.get("artifactLocation"))),
            line=_parse_line(region.get("startLine")),
            message=_build_message(result, rule),
            snippet=_as_text(_as_map(region.get("snippet")).get("text")),
            prints=tuple(f"{key}={prints[key]}" for key in sorted(prints) if isinstance(prints[key], str)),
        )

    def path(self, place: Mapping[str, Any]) -> str:
        """Return a file's path; a base that only the tool's machine knows is left out."""
        index = place.get("index")
        if "uri" not in place and isinstance(index, int) and 0 <= index < len(self.artifacts):
            place = _as_map(self.artifacts[index].get("location"))
        return re.sub(r"^file:(?://[^/]*)?(?=/)", "", unquote(_as_text(place.get("uri")))).removeprefix("./")


def _build_message(result: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    """Return a result's text, or its rule's with the result's words put in (SARIF 3.11)."""
    message = _as_map(result.get("message"))
    text = _as_text(message.get("text")) or _as_text(message.get("markdown"))
    if not text:
        strings = _as_map(rule.get("messageStrings"))
        text = _as_text(_as_map(strings.get(_as_text(message.get("id")))).get("text"))
        words = [str(word) for word in message.get("arguments") or [] if isinstance(word, str)]
        text = re.sub(
            r"\{(\d{1,2})\}", lambda hole: words[int(hole[1])] if int(hole[1]) < len(words) else hole[0], text
        )
    text = text or _as_text(_as_map(rule.get("shortDescription")).get("text")) or _as_text(rule.get("name"))
    return _first_line(text)


def _find_cwe(rule: Mapping[str, Any], result: Mapping[str, Any], properties: Mapping[str, Any]) -> int | None:
    """Return the number of the weakness class (CWE), wherever it is stated; None where it is not."""
    words: list[str] = []
    for name in ("cwe", "tags", "CWE"):
        value = properties.get(name, ())
        words += [value] if isinstance(value, str) else filter(_as_text, value) if isinstance(value, list) else []
    targets = [_as_map(one.get("target")) for one in _as_maps(rule.get("relationships"))] + _as_maps(result.get("taxa"))
    for target in targets:
        if "CWE" in _as_text(_as_map(target.get("toolComponent")).get("name")).upper():
            words.append(f"CWE-{_as_text(target.get('id')).upper().removeprefix('CWE-')}")
    found = (match for word in words if (match := _CWE.search(word)))
    return next((int(match[1]) for match in found), None)


def read_junit(data: bytes) -> ToolReport:
    """Return what a test runner's XML says, counted from its tests, as its own totals are at times wrong.

    Raises:
        ValueError: it is none, damaged, cut off, or has a document type.
    """
    tests = _JunitTests()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = tests.begin
    parser.EndElementHandler = tests.end
    parser.CharacterDataHandler = tests.text
    parser.StartDoctypeDeclHandler = tests.refuse
    parser.EntityDeclHandler = tests.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(
            f"its XML is damaged or cut off ({expat.ErrorString(error.code)}, line {error.lineno})"
        ) from error
    return ToolReport(kind="junit", tools=(tests.tool,), verdict=tests.verdict())


class _JunitTests:
    """The tests of a report while it is read."""

    def __init__(self) -> None:
        self.tool = "junit"
        self.depth = 0
        self.suite: list[Mapping[str, str]] = []
        self.case: Mapping[str, str] = {}
        self.outcome = ""
        self.problem: Mapping[str, str] = {}
        self.said: list[str] = []
        self.counts = dict.fromkeys(("passed", "failure", "error", "skipped"), 0)
        self.problems: list[Problem] = []

    def refuse(self, *_: object) -> None:
        """Refuse a document type."""
        raise ValueError("it has a document type declaration, which can hide entities")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Note that an element begins."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError("it is nested too deep")
        if self.depth == 1 and name not in {"testsuites", "testsuite"}:
            raise ValueError(f"it begins with <{name[:40]}>, not with test suites")
        if name in {"testsuites", "testsuite"}:
            self.suite.append(attributes)
            runner = _RUNNERS.search(attributes.get("name", ""))
            self.tool = runner[1].lower() if runner and self.tool == "junit" else self.tool
        elif name == "testcase":
            self.case, self.outcome, self.problem, self.said = attributes, "passed", {}, []
        elif name in {"failure", "error", "skipped"} and self.outcome == "passed":
            self.outcome, self.problem = name, attributes

    def text(self, text: str) -> None:
        """Note words within an element."""
        if self.outcome in {"failure", "error"} and len(self.said) < 20:
            self.said.append(text[:1000])

    def end(self, name: str) -> None:
        """Note that an element ends."""
        self.depth -= 1
        if name in {"testsuites", "testsuite"}:
            self.suite.pop()
        elif name == "testcase":
            self.counts[self.outcome] += 1
            if self.outcome in {"failure", "error"} and len(self.problems) < _MOST_PROBLEMS:
                self.problems.append(self.build_problem())
            self.outcome = ""

    def build_problem(self) -> Problem:
        """Build the problem of the test that just ended, and failed."""
        case, kind = self.case, self.problem.get("type", "")
        message = self.problem.get("message") or "".join(self.said)
        file = case.get("file") or next((suite["file"] for suite in reversed(self.suite) if suite.get("file")), None)
        name = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
        return Problem(
            message=_first_line(message),
            file=file,
            line=_parse_line(case.get("line")) if case.get("line") else None,
            test=name[:_MESSAGE] or None,
            error_type=kind.rpartition(".")[2][:80] or None,
        )

    def verdict(self) -> Verdict:
        """Return the verdict over all tests. Without any test it is not green, as nothing was tried."""
        failed, errors = self.counts["failure"], self.counts["error"]
        return Verdict(
            tool=self.tool,
            kind="test",
            green=not failed and not errors and any(self.counts.values()),
            passed=self.counts["passed"],
            failed=failed,
            errors=errors,
            skipped=self.counts["skipped"],
            problems=tuple(self.problems),
        )


def _first_line(text: str) -> str:
    """Return the first line that is not blank, cut."""
    return next((line.strip()[:_MESSAGE] for line in text.splitlines() if line.strip()), "")


def _as_map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _as_maps(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _parse_cvss(value: object) -> float | None:
    """Parse a CVSS score, also one written as text; None for what is none."""
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        return None
    return number if 0.0 <= number <= 10.0 else None


def _parse_line(value: object) -> int:
    """Parse a line number, from 1; 1 for what is none."""
    try:
        return max(1, int(value)) if isinstance(value, str | int) else 1
    except ValueError:
        return 1


# Locate the files that another scanner's report is about, and what they held when it was written.

_LARGEST_SOURCE = 1 << 22
"""Bytes of a file whose content is compared; of a longer one it is not known whether it changed (guess, 2026-11-21)."""
_HIGHEST = 12
"""Folders above a report in which the file that it names is looked for (guess, 2026-11-21)."""


def locate_files(report: Path, named: Iterable[str], salt: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """Return the key of each file that a report names, and by key the digest of its content.

    The key of a file that is not on this machine is empty. A name is relative to some folder above the report: the
    nearest that has such a file. A file that changed after the report was written has no digest.
    """
    written = report.stat().st_mtime
    tops = list(report.resolve().parents)[:_HIGHEST]
    keys: dict[str, bytes] = {}
    scanned: dict[bytes, bytes] = {}
    found = []
    for name in named:
        if name not in keys:
            here = next((top / name for top in tops if name and (top / name).is_file()), None)
            keys[name] = path_key(make_absolute(str(here), ""), salt) if here else b""
            if here and here.stat().st_mtime <= written:
                scanned[keys[name]] = digest_file(here, salt)
        found.append(keys[name])
    return found, scanned


def digest_file(path: Path, salt: bytes) -> bytes:
    """Return 8 salted bytes that identify a file's content; empty if it is too long or cannot be read."""
    try:
        return blake2b(read_foreign(path, _LARGEST_SOURCE), key=salt, digest_size=8).digest()
    except OSError:
        return b""
