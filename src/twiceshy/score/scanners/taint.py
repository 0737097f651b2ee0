"""Taint: data from outside that reaches a place where it does harm, followed by the semgrep engine's own program.

The program is called, not the command line tool around it: that costs 2 s a call and looks for settings and the net.
Texts are written to a private folder under made-up names, so that nothing of the judged project but their contents is
seen; all of them go through one bounded process (``score.scanner_process``). Sources and sinks are followed within one
function, and only through what the engine understands: no finding is no proof.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Layer, Scan, SourceText
from twiceshy.score.code_view import find_enclosing, is_test_code
from twiceshy.score.constant_folding import fold_constants
from twiceshy.score.scanner_process import (
    ScanLimits,
    index_of,
    open_private_folder,
    run,
    scan_in_batches,
    scan_in_halves,
)
from twiceshy.score.source.languages import FAMILIES, language_of
from twiceshy.score.source_slices import SourceSlice, cut_flows
from twiceshy.score.taint_rules import TaintRules, load
from twiceshy.stats.text.fingerprint import fingerprint_finding

VERSION = 4
"""Of the code here; rules have their digest."""
_REASONS: Mapping[str, str] = {
    "Timeout": "timeout",
    "FixpointTimeout": "timeout",
    "OutOfMemory": "timeout",
    "TooManyMatches": "failed",
    "PartialParsing": "unparsed",
    "LexicalError": "unparsed",
    "ParseError": "unparsed",
    "OtherParseError": "unparsed",
    "AstBuilderError": "unparsed",
    "Lexical error": "unparsed",
    "Syntax error": "unparsed",
    "Other syntax error": "unparsed",
    "AST builder error": "unparsed",
    "Out of memory": "timeout",
    "Stack overflow": "unparsed",
    "StackOverflow": "unparsed",
    "Fixpoint timeout": "timeout",
    "Too many matches": "failed",
}
"""The engine's kinds of errors, in either of its spellings; any other is ``failed``."""
_EngineAnswer = tuple[list[dict[str, Any]], str]
"""Results on a text, and why some may be missing."""
_EngineAnswers = dict[int, _EngineAnswer]
"""By index of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaintLimits(ScanLimits):
    """With the engine's own. All are guesses of 2026-11-21."""

    rule_s: float = 5.0
    """Of one rule on one text, by the clock: the engine knows no other. A text that overruns is asked for again."""
    again_s: float = 60.0
    """The same when a text is asked for again, alone: there the process's own bound of processor time decides."""
    matches: int = 500
    """Findings of one text, beyond which it is generated or hostile."""


class TaintScanner:
    """The scanner; see ``score.base.Scanner``."""

    name = "taint"

    def __init__(
        self,
        engine: Path | None,
        engine_version: str,
        scrub: Callable[[str], Scrubbed],
        *,
        limits: TaintLimits = TaintLimits(),  # frozen
        rules: TaintRules | None = None,
    ) -> None:
        """Make a scanner with an engine, which may be missing; messages hold bits of the text, thus ``scrub``."""
        self.engine = engine
        self.rules = rules or load()
        self.scrub = scrub
        self.limits = limits
        self.version = f"{VERSION}+{self.rules.digest}+{engine_version if engine else 'missing'}"

    def handles(self, path: str) -> bool:
        """Tell whether there are rules for the file's language."""
        return _language_of(path) is not None

    def scan(self, sources: Sequence[SourceText]) -> list[Scan]:
        """Return one answer a text, in the same order."""
        return scan_in_batches(sources, self.handles, self.engine, self.limits, self.scan_batch)

    def scan_batch(self, sources: list[SourceText]) -> list[Scan]:
        """Return the answers for one batch; equal parts in which there may be a flow are followed once."""
        slices = [_cut_source(source) for source in sources]
        parts = [
            None if cut is None else (_suffix_of(source), cut.text) for source, cut in zip(sources, slices, strict=True)
        ]
        wanted = list(dict.fromkeys(part for part in parts if part is not None))
        texts = [SourceText(path=f"part{suffix}", text=text) for suffix, text in wanted]
        said = dict(zip(wanted, self.follow_flows(texts), strict=True))
        return [
            Scan() if cut is None or part is None else self.read_results(source, cut.lines, *said[part])
            for source, cut, part in zip(sources, slices, parts, strict=True)
        ]

    def follow_flows(self, sources: Sequence[SourceText]) -> list[_EngineAnswer]:
        """Return the engine's answers. A rule's own limit is the clock's: a text that met it is scanned again."""
        if not sources:
            return []
        first = scan_in_halves(sources, self.ask, _read_answer, _lose_answer)
        return [
            scan_in_halves([source], partial(self.ask, again=True), _read_answer, _lose_answer)[0]
            if answer[1] == "timeout"
            else answer
            for source, answer in zip(sources, first, strict=True)
        ]

    def ask(self, sources: Sequence[SourceText], *, again: bool = False) -> "_EngineAnswers | str":
        """Return the engine's results and reason for each text by its index, or a reason where all of it failed."""
        try:
            with open_private_folder() as folder:
                rule_s = self.limits.again_s if again else self.limits.rule_s
                words = [*_write_inputs(folder, sources, self.rules), *_build_arguments(self.limits, rule_s)]
                output = run([str(self.engine), *words], folder, len(sources), self.limits)
        except OSError:
            return "failed"
        return output if isinstance(output, str) else _parse_answers(output)

    def read_results(
        self, source: SourceText, numbers: Sequence[int], results: Iterable[Mapping[str, Any]], reason: str
    ) -> Scan:
        """Return the answer in the engine's results about the lines of a text that have these numbers."""
        whole = source.text.split("\n")
        lines = [whole[number - 1] for number in numbers]
        found = {}
        for result in results:
            with suppress(KeyError, IndexError, TypeError, ValueError):  # an odd result must not hide the others
                finding = self.finding(source.path, lines, numbers, result)
                found[finding.rule, finding.line, finding.tokens] = finding
        ordered = sorted(found.values(), key=lambda finding: (finding.line, finding.rule, finding.tokens))
        return Scan(findings=tuple(ordered), unknown=reason)

    def finding(self, path: str, lines: Sequence[str], numbers: Sequence[int], result: Mapping[str, Any]) -> Finding:
        """Return one result as a finding; ``lines`` are those that the engine was given."""
        rule = self.rules.rules[result["check_id"]]
        line = int(result["start"]["line"])
        origin, origin_line = find_source_spot(result["extra"].get("dataflow_trace", {}).get("taint_source"))
        sink = cut(lines, result["start"], result["end"])
        function = find_enclosing(lines, line, rule.language)
        name = f"taint/{rule.name}"
        where = f" It comes from `{origin[:80]}` in line {numbers[origin_line - 1]}." if origin else ""
        return Finding(
            rule=name,
            layer=Layer.TAINT,
            severity=rule.severity,
            path=path,
            line=numbers[line - 1],
            cwe=rule.cwe,
            confidence=round(rule.confidence * self.rules.trust(rule.language, origin), 3),
            message=self.scrub(rule.message + where),
            function=function,
            fingerprint=fingerprint_finding(name, function, origin, sink),
            tokens=fingerprint_finding(name, "", origin, sink),
        )


def _read_answer(source: SourceText, index: int, answer: _EngineAnswers) -> _EngineAnswer:
    """Return the engine's answer about one text."""
    del source
    return answer.get(index, ([], "failed"))


def _lose_answer(reason: str) -> _EngineAnswer:
    """Return the answer about a text that the engine cannot take."""
    return [], reason


def _language_of(path: str) -> tuple[str, str] | None:
    """Return the folder of rules and the engine's name of a file's language; None where there are no rules."""
    language = language_of(path)
    return (FAMILIES[language], "typescript" if language == "tsx" else language) if language else None


def _cut_source(source: SourceText) -> SourceSlice | None:
    """Return the part of a text that is to be followed; None where nothing comes in, or its faults harm nobody."""
    language, _ = _language_of(source.path) or ("", "")
    return None if is_test_code(source.path) else cut_flows(source.text, language)


def _suffix_of(source: SourceText) -> str:
    """Return the end of a text's name, by which the engine reads it."""
    return PurePosixPath(source.path).suffix.lower()


def _write_inputs(folder: Path, sources: Sequence[SourceText], rules: TaintRules) -> list[str]:
    """Write texts and rules to the folder; return the engine's arguments for them."""
    targets = []
    used = set()
    for index, source in enumerate(sources):
        language, analyzer = _language_of(source.path) or ("", "")
        used.add(language)
        path = folder / f"{index}{_suffix_of(source)}"
        text = fold_constants(source.text) if language == "python" else source.text
        path.write_bytes(text.encode("utf-8", "replace"))
        place = {"fpath": str(path), "ppath": f"/{path.name}"}  # the second is relative to a root, and starts with it
        targets.append(["CodeTarget", {"path": place, "analyzer": analyzer, "products": ["sast"]}])
    (folder / "rules.json").write_text(rules.engine_text(frozenset(used)))
    (folder / "targets.json").write_text(json.dumps(["Targets", targets]))
    return ["-rules", str(folder / "rules.json"), "-targets", str(folder / "targets.json")]


def _build_arguments(limits: TaintLimits, rule_s: float) -> list[str]:
    """Return the engine's other arguments."""
    return [
        "-json_nodots",
        "-j",
        "1",
        "-timeout",
        str(rule_s),
        "-timeout_threshold",
        "3",
        "-max_memory",
        str(limits.memory_mb),
        "-max_match_per_file",
        str(limits.matches),
        "-disable_rule_paths",
    ]


def _parse_answers(output: bytes) -> "_EngineAnswers | str":
    """Return the engine's answer by index of text: results, and why some may be missing; ``failed`` for no answer."""
    try:
        said = json.loads(output)
        found: _EngineAnswers = {index_of(path): ([], "") for path in said["paths"]["scanned"]}
        for error in said["errors"]:
            place = (error.get("location") or {}).get("path")
            if not place:
                return "failed"  # of a rule or of the engine: nothing can be believed
            found[index_of(place)] = ([], _reason_of(error.get("error_type")))
        for result in said["results"]:
            found[index_of(result["path"])][0].append(result)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "failed"
    return found


def _reason_of(kind: object) -> str:
    """Return our word for an error of the engine, which is a word or a list that begins with one."""
    word = kind[0] if isinstance(kind, list) and kind else kind
    return _REASONS.get(word, "failed") if isinstance(word, str) else "failed"


def find_source_spot(trace: object) -> tuple[str, int]:
    """Return text and line of a source in the engine's trace; empty and 0 where it shows none."""
    match trace:
        case ["CliLoc", [{"start": {"line": int(line)}}, str(text)]]:
            return " ".join(text.split()), line
        case ["CliCall", [_, _, inner]]:
            return find_source_spot(inner)
    return "", 0


def cut(lines: Sequence[str], start: Mapping[str, int], end: Mapping[str, int]) -> str:
    """Return the text between two places of the engine: lines from 1, columns from 1, in characters."""
    first, last = start["line"] - 1, end["line"] - 1
    if first == last:
        return lines[first][start["col"] - 1 : end["col"] - 1]
    return "\n".join((lines[first][start["col"] - 1 :], *lines[first + 1 : last], lines[last][: end["col"] - 1]))
