"""The rules in the files beside this one, and the same rules in the analysis engine's format.

A rule file has a class of fault in one language: where outside data does harm (sinks), what makes it harmless
(sanitizers), the message about it, and cases that it must hit and miss. Where data comes from (sources) is the same
for most classes and stands once a language, in ``sources.toml``, in groups: ``web`` is data of a request, ``local``
what the user of a program gives it. In the same way, ``sanitizers.toml`` holds what makes data harmless for every
class: ``values`` that calls return, and ``checks`` after which what was checked is trusted. A pattern with
``$SINK``, ``$SOURCE`` or ``$CLEAN`` means that part of it alone.
"""

import json
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

_FOLDER = Path(__file__).parent
ANALYZERS: Mapping[str, tuple[str, ...]] = {
    "python": ("python",),
    "javascript": ("javascript", "typescript"),
    "go": ("go",),
}
"""What the engine calls the languages of each folder of rules."""
_SOURCES = "sources"
_SANITIZERS = "sanitizers"
_FOCUS_VARIABLES = ("$SINK", "$SOURCE", "$CLEAN")
_KEYS = frozenset(
    {
        "message",
        "cwe",
        "severity",
        "confidence",
        "from",
        "clean",
        "sources",
        "sinks",
        "sanitizers",
        "propagators",
        "options",
        "hits",
        "misses",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaintRule:
    """One rule file."""

    name: str
    """``sql-injection``: the file's name without its end."""
    language: str
    """The folder."""
    message: str
    cwe: int
    severity: Severity
    confidence: float
    """Share of its findings on request data that were right on labelled code, or a guess."""
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    formula: Mapping[str, Any]
    """The rule as the engine takes it."""

    @property
    def id(self) -> str:
        """Unique over languages, in letters that the engine's ids may have."""
        return f"{self.language}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    """Sources of one kind."""

    name: str
    trust: float
    """What a rule's confidence is multiplied with when data comes from here: 1 for requests."""
    sign: re.Pattern[str]
    """Found in the text of a source of this group."""
    patterns: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaintRules:
    """All rules, by language."""

    rules: Mapping[str, TaintRule]
    """By id."""
    groups: Mapping[str, tuple[SourceGroup, ...]]
    """By language."""
    digest: str
    """Of all files: other rules, other digest."""

    def engine_text(self, languages: frozenset[str]) -> str:
        """Return the engine's rule file for these languages."""
        return json.dumps({"rules": [rule.formula for rule in self.rules.values() if rule.language in languages]})

    def trust(self, language: str, source: str) -> float:
        """Return the factor for findings of data from that source text, 0 to 1."""
        return next((group.trust for group in self.groups[language] if group.sign.search(source)), 1.0)


@cache
def load(folder: Path = _FOLDER) -> TaintRules:
    """Load all rules of a folder.

    Raises:
        SourceError: a file is not a rule.
    """
    digest = blake2b(digest_size=8)
    rules: dict[str, TaintRule] = {}
    groups: dict[str, tuple[SourceGroup, ...]] = {}
    for language in ANALYZERS:
        texts = {path.stem: path.read_text("utf-8") for path in sorted((folder / language).glob("*.toml"))}
        for name, text in texts.items():
            digest.update(f"{language}/{name}\0{text}\0".encode())
        groups[language] = _parse_groups(texts.pop(_SOURCES, ""), f"{language}/{_SOURCES}.toml")
        clean = _parse_sanitizers(texts.pop(_SANITIZERS, ""), f"{language}/{_SANITIZERS}.toml")
        for name, text in texts.items():
            rule = parse_rule(text, name, language, groups[language], clean)
            rules[rule.id] = rule
    return TaintRules(rules=rules, groups=groups, digest=digest.hexdigest())


def _parse_groups(text: str, name: str) -> tuple[SourceGroup, ...]:
    """Return the groups of a ``sources.toml``; the first that matches a source's text gives its trust."""
    try:
        return tuple(
            SourceGroup(
                name=key, trust=float(group["trust"]), sign=re.compile(group["sign"]), patterns=tuple(group["patterns"])
            )
            for key, group in _read(text, name).items()
        )
    except (KeyError, ValueError, TypeError, re.error) as exc:
        raise SourceError(f"{name} has a group that is none: {exc!r}.") from exc


def _parse_sanitizers(text: str, name: str) -> Mapping[str, list[dict[str, Any]]]:
    """Return the engine's formulas of each group of a ``sanitizers.toml``."""
    said = _read(text, name)
    return {
        "values": _formulas_of(said.get("values", [])),
        "checks": [one | {"by-side-effect": True} for one in _formulas_of(said.get("checks", []))],
        "propagators": said.get("propagators", []),
    }


def parse_rule(
    text: str, name: str, language: str, groups: tuple[SourceGroup, ...], clean: Mapping[str, list[dict[str, Any]]]
) -> TaintRule:
    """Return the rule in a file's text.

    Raises:
        SourceError: something is missing, or a word is not known.
    """
    place = f"{language}/{name}.toml"
    said = _read(text, place)
    if unknown := said.keys() - _KEYS:
        raise SourceError(f"{place} has unknown words: {', '.join(sorted(unknown))}.")
    try:
        wanted = said.get("from", ["web", "local"])
        kept = said.get("clean", ["values", "checks"])
        spread = [*said.get("propagators", []), *clean["propagators"]]
        sanitizers = [*_formulas_of(said.get("sanitizers", [])), *(one for group in kept for one in clean[group])]
        sources = [
            *said.get("sources", []),
            *(one for group in groups if group.name in wanted for one in group.patterns),
        ]
        formula: dict[str, Any] = {
            "id": f"{language}.{name}",
            "languages": list(ANALYZERS[language]),
            "severity": "ERROR",
            "message": "-",
            "mode": "taint",
            "pattern-sources": _formulas_of(sources),
            "pattern-sinks": _formulas_of(said["sinks"]),
            "options": said.get("options", {}),
        }
        if spread:
            formula["pattern-propagators"] = spread
        if sanitizers:
            formula["pattern-sanitizers"] = sanitizers
        return TaintRule(
            name=name,
            language=language,
            message=said["message"],
            cwe=int(said["cwe"]),
            severity=Severity(said["severity"]),
            confidence=float(said["confidence"]),
            hits=tuple(said["hits"]),
            misses=tuple(said["misses"]),
            formula=formula,
        )
    except (KeyError, ValueError, TypeError) as exc:
        raise SourceError(f"{place} is no rule: {exc!r}.") from exc


def _read(text: str, place: str) -> dict[str, Any]:
    """Return a file's table; raise SourceError where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise SourceError(f"{place} is no TOML: {exc}.") from exc


def _formulas_of(said: list[Any]) -> list[dict[str, Any]]:
    """Return the engine's formulas: plain patterns with one focus are joined, as that is one pass of the engine."""
    found: list[dict[str, Any]] = []
    together: dict[str, list[dict[str, Any]]] = {}
    for one in said:
        if isinstance(one, str):
            together.setdefault(_focus_of(one), []).append({"pattern": one})
        else:
            found.append(one)
    for focus, patterns in together.items():
        either: dict[str, Any] = {"pattern-either": patterns}
        found.append({"patterns": [either, {"focus-metavariable": focus}]} if focus else either)
    return found


def _focus_of(pattern: str) -> str:
    """Return the part of a pattern that is meant; empty where all of it is."""
    return next((focus for focus in _FOCUS_VARIABLES if focus in pattern), "")
