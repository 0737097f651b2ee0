"""Patterns: faults that show in one statement, and secrets written into code. No engine is needed, only this file.

Rules are data (``pattern_rules``); ``code_view`` prepares each text for them. Secrets come from the detector that also
redacts, which is given by the caller; in a text that was redacted before, a placeholder proves one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, islice

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Layer, Scan, Severity, SourceText
from twiceshy.score.base import reason_to_skip
from twiceshy.score.code_view import (
    CodeView,
    find_enclosing,
    is_test_code,
    language_of,
    make_view,
    rate_line,
    rate_path,
)
from twiceshy.score.pattern_places import find_places, is_sure
from twiceshy.score.pattern_rules import SURE, PatternRule, PatternRules, load
from twiceshy.score.slow_regexes import find_regexes, rate_regex
from twiceshy.score.source.languages import PATTERN_LANGUAGES
from twiceshy.stats.text.fingerprint import fingerprint_finding

VERSION = 6
"""Of the code here; rules have their digest."""
_MOST = 100
"""Findings of one rule in one text, beyond which it is generated or hostile (guess, 2026-11-21)."""
_PLACEHOLDER = re.compile(r"\[(?P<kind>[a-z][a-z0-9-]{1,30}):[0-9a-f]{6}\]")
_NO_SECRETS = frozenset({"email", "user", "ip", "host", "path", "phone", "token-part", "ethereum-address"})
"""Kinds that are redacted for privacy and harm nobody in code."""
SECRET = "hard-coded-secret"  # noqa: S105  # a rule's name
_KNOWN_KEY = "pattern/known-key"
_REGEXES = {"exponential": (Severity.MAJOR, 0.6), "quadratic": (Severity.MINOR, 0.3)}  # guess, 2026-11-22
_SECRET_CONFIDENCE = 0.85  # guess, 2026-11-22
_Secrets = Callable[[Sequence[str]], Mapping[int, Sequence[tuple[int, int, str, str]]]]
"""Spans of secrets, as ``facts.detect.Detector.find_many`` gives them: start, end, kind, rule."""


class PatternScanner:
    """The scanner; see ``score.base.Scanner``."""

    name = "patterns"

    def __init__(
        self,
        scrub: Callable[[str], Scrubbed],
        *,
        secrets: _Secrets | None = None,
        secrets_version: str = "",
        rules: PatternRules | None = None,
    ) -> None:
        """Make a scanner with a detector of secrets, which may be missing: then only placeholders prove any."""
        self.rules = rules or load()
        self.secrets = secrets
        self.said = cache(scrub)  # messages are few
        self.version = f"{VERSION}+{self.rules.digest}+{secrets_version if secrets else 'no-secrets'}"
        self.forms = {
            language: [(rule, rule.form) for rule in self.rules.of(language)] for language in sorted(PATTERN_LANGUAGES)
        }

    def handles(self, path: str) -> bool:
        """Tell whether there are rules for the file's language."""
        return language_of(path) is not None

    def scan(self, sources: Sequence[SourceText]) -> list[Scan]:
        """Return one answer a text, in the same order; fragments too, as most faults fill one statement."""
        spans = self.secrets([source.text for source in sources]) if self.secrets else {}
        return [self.scan_one(source, spans.get(index, ())) for index, source in enumerate(sources)]

    def scan_one(self, source: SourceText, secrets: Iterable[tuple[int, int, str, str]]) -> Scan:
        """Return the answer for one text."""
        language = language_of(source.path)
        reason = "language" if language is None else reason_to_skip(source)
        if language is None or reason not in {"", "partial"}:
            return Scan(unknown=reason)
        text = _Text(source, language)
        found: dict[tuple[str, int], Finding] = {}
        for finding in self.findings(text, secrets):
            found.setdefault((finding.rule, finding.line), finding)
        for line in [line for rule, line in found if rule == f"pattern/{SECRET}"]:
            found.pop((_KNOWN_KEY, line), None)  # it says the same; once redacted only this one is found
        return Scan(findings=tuple(sorted(found.values(), key=lambda one: (one.line, one.rule))))

    def findings(self, text: "_Text", secrets: Iterable[tuple[int, int, str, str]]) -> Iterator[Finding]:
        """Yield all findings, with repetitions."""
        for rule, form in self.forms[text.language]:
            if (not text.tests or rule.tests) and any(word in text.source.text for word in rule.words):
                for start, end in islice(find_places(form, text.view), _MOST):
                    sure = is_sure(form, text.view, start, end)
                    yield self.finding(text, rule, SURE if sure else rule.confidence, start, end)
        if not text.tests:
            yield from self.regex_findings(text)
            yield from self.secret_findings(text, secrets)

    def finding(self, text: "_Text", rule: PatternRule, confidence: float, start: int, end: int) -> Finding:
        """Build the finding at one place of a rule, with the confidence of its form there."""
        line, function, trust = text.place(start)
        name = f"pattern/{rule.id}"
        words = text.view.plain[start:end]
        return Finding(
            rule=name,
            layer=Layer.PATTERN,
            severity=rule.severity,
            confidence=round(confidence * trust, 3),
            path=text.source.path,
            line=line,
            cwe=rule.cwe,
            message=self.said(rule.why),
            fix=self.said(rule.fix),
            function=function,
            fingerprint=fingerprint_finding(name, function, words),
            tokens=fingerprint_finding(name, "", words),
        )

    def regex_findings(self, text: "_Text") -> Iterator[Finding]:
        """Yield expressions that take more than linear time; one that changed and takes as long is the same."""
        for count, (start, pattern) in enumerate(find_regexes(text.view, text.language)):
            rating = rate_regex(pattern) if count < _MOST else ""
            if rating:
                line, function, trust = text.place(start)
                severity, confidence = _REGEXES[rating]
                told = f"This expression takes {rating} time: a text can be made on which it runs for minutes."
                yield Finding(
                    rule="pattern/slow-regex",
                    layer=Layer.PATTERN,
                    severity=severity,
                    confidence=round(confidence * trust, 3),
                    path=text.source.path,
                    line=line,
                    cwe=1333,
                    message=self.said(told),
                    fix=self.said("Let no two repetitions in or beside each other take the same letters."),
                    function=function,
                    fingerprint=fingerprint_finding("pattern/slow-regex", function, rating),
                    tokens=fingerprint_finding("pattern/slow-regex", "", rating, pattern),
                )

    def secret_findings(self, text: "_Text", secrets: Iterable[tuple[int, int, str, str]]) -> Iterator[Finding]:
        """Yield secrets inside of strings, and placeholders that stand for one.

        The secret itself is no part of the fingerprint: the same line has the same one before and after redaction.
        """
        places = [(start, kind) for start, _, kind, _ in secrets]
        places += [(match.start(), match["kind"]) for match in _PLACEHOLDER.finditer(text.source.text)]
        name = f"pattern/{SECRET}"
        for start, kind in places[:_MOST]:
            if kind in _NO_SECRETS or not text.in_string(start) or text.in_docstring(start):
                continue
            line, function, trust = text.place(start)
            before = text.view.plain[text.view.plain.rfind("\n", 0, start) + 1 : start][-200:]
            told = f"A secret ({kind}) is written into the code: whoever reads it has it, and it cannot be changed."
            yield Finding(
                rule=name,
                layer=Layer.PATTERN,
                severity=Severity.CRITICAL,
                path=text.source.path,
                line=line,
                cwe=798,
                confidence=round(_SECRET_CONFIDENCE * trust, 3),
                message=self.said(told),
                function=function,
                fix=self.said("Read it from the environment or a store of secrets, and revoke this one."),
                fingerprint=fingerprint_finding(name, function, kind, before),
                tokens=fingerprint_finding(name, "", kind, before),
            )


class _Text:
    """A text, with answers to questions that are asked again and again."""

    def __init__(self, source: SourceText, language: str) -> None:
        self.source = source
        self.language = language
        self.view: CodeView = make_view(source.text, language)
        self.tests = is_test_code(source.path)
        self.lines = source.text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))

    def place(self, offset: int) -> tuple[int, str, float]:
        """Return line, function, and the trust factor of a finding there."""
        line = bisect_right(self.starts, offset)
        trust = rate_line(self.lines[line - 1]) * rate_path(self.source.path)
        return line, find_enclosing(self.lines, line, self.language), trust

    def in_string(self, offset: int) -> bool:
        """Tell whether a place is the inside of a string, and no comment."""
        return self.view.code[offset] == "~" or self.view.code[offset] != self.view.plain[offset]

    def in_docstring(self, offset: int) -> bool:
        """Tell whether a place lies in a long string that is a statement of its own, by its first line."""
        code = self.view.code
        opened = max(code.rfind('"""', 0, offset), code.rfind("'''", 0, offset))
        before = code[code.rfind("\n", 0, opened) + 1 : opened]
        return opened >= 0 and before.strip(" \trR") == "" and not code[opened + 3 : offset].strip("~ \t\r\n")
