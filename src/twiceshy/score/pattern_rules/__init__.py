"""Rules of the pattern layer: one file a family beside this one, each rule with code that it hits and misses.

A rule says where it begins (``match``, on code without comments, never inside a string), and what its statement has or
lacks: for a call, whose opening bracket the match ends with, these are its arguments, else the rest of the line.
``argument`` requires of the call's first argument that it is a ``variable`` (no literal) or ``built`` (a string put
together with values), as a constant text harms nobody; the group ``value`` of a match says where that text begins.
A rule is tried at all only on a text with one of its ``words``; ``file_has`` and ``file_lacks`` look at the whole text.
``tests`` is whether it matters in tests. ``sure`` is the form in which nearly all findings were right: agents are
warned of it at the edit.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from twiceshy.base.errors import SourceError
from twiceshy.records.findings import Severity
from twiceshy.score.pattern_places import PatternForm
from twiceshy.score.source.languages import PATTERN_LANGUAGES

_FOLDER = Path(__file__).parent
_NEEDED = frozenset(
    {"id", "languages", "cwe", "severity", "confidence", "why", "fix", "source", "words", "match", "hits", "misses"}
)
_PATTERNS = ("match", "has", "lacks", "file_has", "file_lacks", "sure")
_KEYS = _NEEDED | {*_PATTERNS, "argument", "tests"}
_ARGUMENTS = ("", "variable", "built")
SURE = 0.95
"""Share of a rule's findings that are right, from which on agents are warned unasked (goal of the project,
2026-11-22); what was measured stands in the benchmarks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule:
    """One rule. Patterns are of ``re``."""

    id: str
    languages: tuple[str, ...]
    cwe: int
    severity: Severity
    confidence: float
    """Share of its findings that are right; a guess of 2026-11-21 unless ``source`` says otherwise."""
    why: str
    fix: str
    source: str
    """Who says that this is a fault."""
    words: tuple[str, ...]
    match: str
    has: str = ""
    lacks: str = ""
    file_has: str = ""
    file_lacks: str = ""
    argument: str = ""
    tests: bool = False
    sure: str = ""
    """Looked for where a match begins: with it the finding was right nearly always. Its last group is the value."""
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    @property
    def form(self) -> PatternForm:
        """What it looks for."""
        return PatternForm(
            languages=self.languages,
            cwe=self.cwe,
            match=self.match,
            has=self.has,
            lacks=self.lacks,
            file_has=self.file_has,
            file_lacks=self.file_lacks,
            argument=self.argument,
            sure=self.sure,
        )

    @property
    def unasked(self) -> bool:
        """Whether agents are warned of it before any lesson is about it."""
        return bool(self.sure) or self.confidence >= SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRules:
    """All rules."""

    rules: tuple[PatternRule, ...]
    digest: str
    """Of all files: other rules, other digest."""

    def of(self, language: str) -> tuple[PatternRule, ...]:
        """Return the rules of one language."""
        return tuple(rule for rule in self.rules if language in rule.languages)


@cache
def load(folder: Path = _FOLDER) -> PatternRules:
    """Load all rules of a folder, in the order of files and places.

    Raises:
        SourceError: a file is no TOML, or a rule is not as it has to be.
    """
    digest = blake2b(digest_size=8)
    rules: list[PatternRule] = []
    for path in sorted(folder.glob("*.toml")):
        text = path.read_text("utf-8")
        digest.update(f"{path.name}\0{text}\0".encode())
        try:
            rules += [_parse_rule(row, path.name) for row in tomllib.loads(text).get("rule", [])]
        except tomllib.TOMLDecodeError as error:
            raise SourceError(f"{path.name} is no TOML: {error}.") from error
    names = [rule.id for rule in rules]
    if len(set(names)) < len(names):
        raise SourceError(f"rules have the same id: {sorted(name for name in set(names) if names.count(name) > 1)}.")
    return PatternRules(rules=tuple(rules), digest=digest.hexdigest())


def _parse_rule(row: Mapping[str, Any], place: str) -> PatternRule:
    """Return the rule in a table of a file.

    Raises:
        SourceError: something is missing, not known or no pattern.
    """
    name = f"{place}: rule {row.get('id', '?')!r}"
    if wrong := _NEEDED - row.keys() | (row.keys() - _KEYS):
        raise SourceError(f"{name} lacks or does not know: {', '.join(sorted(wrong))}.")
    if not row["hits"] or not row["misses"] or not row["words"] or any("\n" in word for word in row["words"]):
        raise SourceError(f"{name} needs words, each on one line, and code that it hits and misses.")
    if not PATTERN_LANGUAGES.issuperset(row["languages"]) or row.get("argument", "") not in _ARGUMENTS:
        raise SourceError(f"{name} has a language or kind of argument that is not known.")
    try:
        for key in _PATTERNS:
            re.compile(row.get(key, ""))
        listed = {key: tuple(row[key]) for key in ("languages", "words", "hits", "misses")}
        return PatternRule(**{**row, **listed, "severity": Severity(row["severity"])})
    except (re.error, ValueError, TypeError) as error:
        raise SourceError(f"{name} is no rule: {error}.") from error
