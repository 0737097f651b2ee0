"""Ruff's security rules for Python: those that report faults, each with its CWE, severity and confidence.

All texts go through one process, under made-up names in a private folder, without the project's or the user's settings.
Rules that mostly find what harms nobody are left out: assert and swallowed exceptions are no security, imports or calls
of subprocess alone are no fault, what ``Markup`` is given is most often made for pages (S704), and names with "token"
or "pass" in them (S105, S107) hold constants of parsers.
Comments that ask for silence halve a finding's confidence, as agents write them too.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Layer, Scan, Severity, SourceText
from twiceshy.score.code_view import find_enclosing, is_test_code, language_of, rate_line
from twiceshy.score.scanner_process import (
    ScanLimits,
    index_of,
    open_private_folder,
    run,
    scan_in_batches,
    scan_in_halves,
)
from twiceshy.stats.text.fingerprint import fingerprint_finding

VERSION = 2
"""Of the table and the code here."""
_LIMITS = ScanLimits(start_s=10.0, text_s=1.0, texts=500)
_MOST = 200
"""Findings of one text, beyond which it is generated or hostile (guess, 2026-11-21)."""


class Worth(NamedTuple):
    """What one of ruff's rules means."""

    cwe: int
    severity: Severity
    confidence: float
    """Guess of 2026-11-21, from reading its findings in the standard library."""


CRITICAL, MAJOR, MINOR = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR
RULES: Mapping[str, Worth] = {
    "S102": Worth(95, MAJOR, 0.4),
    "S103": Worth(732, MAJOR, 0.5),
    "S104": Worth(605, MINOR, 0.3),
    "S106": Worth(798, MINOR, 0.4),
    "S108": Worth(377, MINOR, 0.4),
    "S113": Worth(400, MINOR, 0.5),
    "S201": Worth(489, MAJOR, 0.8),
    "S202": Worth(22, MAJOR, 0.5),
    "S301": Worth(502, MAJOR, 0.5),
    "S302": Worth(502, MAJOR, 0.5),
    "S303": Worth(328, MAJOR, 0.5),
    "S304": Worth(327, MAJOR, 0.8),
    "S305": Worth(327, MAJOR, 0.8),
    "S306": Worth(377, MAJOR, 0.8),
    "S307": Worth(95, MAJOR, 0.5),
    "S308": Worth(79, MAJOR, 0.4),
    "S311": Worth(330, MINOR, 0.2),
    "S312": Worth(319, MINOR, 0.5),
    "S313": Worth(611, MINOR, 0.3),
    "S314": Worth(611, MINOR, 0.3),
    "S315": Worth(611, MINOR, 0.3),
    "S316": Worth(611, MINOR, 0.3),
    "S317": Worth(611, MINOR, 0.3),
    "S318": Worth(611, MINOR, 0.3),
    "S319": Worth(611, MINOR, 0.3),
    "S321": Worth(319, MINOR, 0.4),
    "S323": Worth(295, CRITICAL, 0.8),
    "S324": Worth(328, MAJOR, 0.5),
    "S501": Worth(295, CRITICAL, 0.8),
    "S502": Worth(327, MAJOR, 0.8),
    "S503": Worth(327, MAJOR, 0.7),
    "S504": Worth(327, MINOR, 0.4),
    "S505": Worth(326, MAJOR, 0.8),
    "S506": Worth(502, CRITICAL, 0.8),
    "S507": Worth(295, MAJOR, 0.8),
    "S508": Worth(319, MINOR, 0.6),
    "S509": Worth(319, MINOR, 0.6),
    "S601": Worth(78, MAJOR, 0.4),
    "S602": Worth(78, MAJOR, 0.6),
    "S604": Worth(78, MAJOR, 0.5),
    "S605": Worth(78, MAJOR, 0.5),
    "S608": Worth(89, CRITICAL, 0.5),
    "S609": Worth(78, MAJOR, 0.6),
    "S610": Worth(89, MAJOR, 0.5),
    "S611": Worth(89, MAJOR, 0.5),
    "S612": Worth(94, MAJOR, 0.7),
    "S701": Worth(79, MAJOR, 0.6),
    "S702": Worth(79, MAJOR, 0.6),
}
"""By rule; numbers as ruff's and bandit's pages name them (https://docs.astral.sh/ruff/rules, CWE of the page)."""
_NOT_IN_TESTS = frozenset({"S104", "S106", "S108", "S113", "S311", "S324", "S303"})


class RuffScanner:
    """The scanner; see ``score.base.Scanner``."""

    name = "ruff"

    def __init__(
        self,
        program: Path | None,
        program_version: str,
        scrub: Callable[[str], Scrubbed],
        *,
        limits: ScanLimits = _LIMITS,
    ) -> None:
        """Make a scanner with ruff's program, or None; its messages hold bits of the text, thus ``scrub``."""
        self.program = program
        self.scrub = scrub
        self.limits = limits
        self.version = f"{VERSION}+{program_version if program else 'missing'}"

    def handles(self, path: str) -> bool:
        """Tell whether the file is Python."""
        return language_of(path) == "python"

    def scan(self, sources: Sequence[SourceText]) -> list[Scan]:
        """Return one answer a text, in the same order."""
        return scan_in_batches(sources, self.handles, self.program, self.limits, self.scan_batch)

    def scan_batch(self, sources: Sequence[SourceText]) -> list[Scan]:
        """Return the answers for one batch."""
        return scan_in_halves(
            sources,
            self.ask,
            lambda source, index, answer: self.read_results(source, answer.get(index, [])),
            lambda reason: Scan(unknown=reason),
        )

    def ask(self, sources: Sequence[SourceText]) -> "dict[int, list[dict[str, Any]]] | str":
        """Return ruff's results for each text by its index, or a reason where it gave none."""
        try:
            with open_private_folder() as folder:
                for index, source in enumerate(sources):
                    end = PurePosixPath(source.path).suffix.lower()
                    name = f"{index}{'.pyi' if end == '.pyi' else '.py'}"
                    (folder / name).write_bytes(source.text.encode("utf-8", "replace"))
                output = run([str(self.program), *_build_arguments()], folder, len(sources), self.limits)
        except OSError:
            return "failed"
        return output if isinstance(output, str) else parse_answers(output)

    def read_results(self, source: SourceText, results: Sequence[Mapping[str, Any]]) -> Scan:
        """Return the answer in ruff's results on one text."""
        if any(result.get("code") not in RULES for result in results):
            return Scan(unknown="unparsed")  # it tells errors of syntax under other names, whatever is selected
        lines = source.text.split("\n")
        tests = is_test_code(source.path)
        wanted = [result for result in results if not (tests and result["code"] in _NOT_IN_TESTS)]
        try:
            found = {(one.rule, one.line, one.tokens): one for one in (self.finding(source, lines, r) for r in wanted)}
        except (KeyError, IndexError, TypeError, ValueError):
            return Scan(unknown="failed")
        ordered = sorted(found.values(), key=lambda one: (one.line, one.rule, one.tokens))
        return Scan(findings=tuple(ordered[:_MOST]))

    def finding(self, source: SourceText, lines: Sequence[str], result: Mapping[str, Any]) -> Finding:
        """Return one result as a finding."""
        worth = RULES[result["code"]]
        first, last = int(result["location"]["row"]), int(result["end_location"]["row"])
        words = "\n".join(lines[first - 1 : last])
        if first == last:
            words = lines[first - 1][result["location"]["column"] - 1 : result["end_location"]["column"] - 1]
        secret = worth.cwe == 798
        if secret:  # the text may be redacted the next time: only what stands before it counts
            words = lines[first - 1][: result["location"]["column"] - 1]
        name = f"ruff/{result['code']}"
        function = find_enclosing(lines, first, "python")
        said = "A password is written into the code." if secret else str(result["message"])
        return Finding(
            rule=name,
            layer=Layer.PATTERN,
            severity=worth.severity,
            confidence=round(worth.confidence * rate_line(lines[first - 1]), 3),
            path=source.path,
            line=first,
            cwe=worth.cwe,
            message=self.scrub(said),
            function=function,
            fingerprint=fingerprint_finding(name, function, words),
            tokens=fingerprint_finding(name, "", words),
        )


def _build_arguments() -> list[str]:
    """Return ruff's arguments: no settings, no cache, all texts of the folder that it runs in."""
    return [
        "check",
        "--isolated",
        "--no-cache",
        "--ignore-noqa",
        "--no-respect-gitignore",
        "--exit-zero",
        "--quiet",
        "--target-version",
        "py313",
        "--select",
        ",".join(RULES),
        "--output-format",
        "json",
        ".",
    ]


def parse_answers(output: bytes) -> "dict[int, list[dict[str, Any]]] | str":
    """Return the results by index of text; ``failed`` where the output is no answer."""
    found: dict[int, list[dict[str, Any]]] = {}
    try:
        for result in json.loads(output):
            found.setdefault(index_of(result["filename"]), []).append(result)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "failed"
    return found
