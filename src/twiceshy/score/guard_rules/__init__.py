"""Rules of lost guards: one file a kind beside this one, each rule with changes that it hits and misses.

A rule's ``match`` is searched in the lines that a change took out, without comments. ``shape`` says what these lines
have to be:

- ``check``: a condition behind which the function is left (``return``, ``raise`` ...), or that was taken off from code
  that stays; ``has`` is searched in the whole statement, condition and what follows it. ``soft``: it may also set
  something instead of leaving. ``alone``: it guards the whole function, so that nothing of it needs to be used there;
- ``call``: a call around a value, or of a function that refuses one, whose value is still used there;
- ``member``: an entry of a list whose name, found by ``has``, says that what is in it is refused;
- ``option``: a setting of a call or an object that is still made there.

``kept`` is searched in the lines put there instead: found, the guard was changed and not lost.
What stands in a text before as often as after is not lost; see ``lost_guards``.
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

_FOLDER = Path(__file__).parent
SHAPES = ("check", "call", "member", "option")
_NEEDED = frozenset({"id", "cwe", "severity", "confidence", "why", "fix", "source", "match", "hits", "misses"})
_KEYS = _NEEDED | {"languages", "has", "lacks", "kept", "soft", "alone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardExample:
    """A change: what was there, and what is there now."""

    before: str
    after: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRule:
    """One rule."""

    id: str
    shape: str
    cwe: int
    severity: Severity
    confidence: float
    """Share of its findings that are right; a guess of 2026-11-22 unless ``source`` says otherwise."""
    why: str
    fix: str
    source: str
    """Who says that losing it is a fault."""
    match: re.Pattern[str]
    has: re.Pattern[str] | None
    lacks: re.Pattern[str] | None
    kept: re.Pattern[str] | None
    soft: bool
    alone: bool
    languages: tuple[str, ...]
    """Empty for all."""
    hits: tuple[GuardExample, ...]
    misses: tuple[GuardExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRules:
    """All rules, the most certain first."""

    rules: tuple[GuardRule, ...]
    digest: str
    """Of all files: other rules, other digest."""


@cache
def load(folder: Path = _FOLDER) -> GuardRules:
    """Load all rules of a folder.

    Raises:
        SourceError: a file is no TOML, or a rule is not as it has to be.
    """
    digest = blake2b(digest_size=8)
    rules: list[GuardRule] = []
    for shape in SHAPES:
        path = folder / f"{shape}s.toml"
        text = path.read_text("utf-8") if path.is_file() else ""
        digest.update(f"{path.name}\0{text}\0".encode())
        try:
            rules += [_parse_rule(row, shape) for row in tomllib.loads(text).get("rule", [])]
        except tomllib.TOMLDecodeError as error:
            raise SourceError(f"{path.name} is no TOML: {error}.") from error
    return GuardRules(rules=tuple(sorted(rules, key=lambda rule: -rule.confidence)), digest=digest.hexdigest())


def _parse_rule(row: Mapping[str, Any], shape: str) -> GuardRule:
    """Return the rule in a table of a file.

    Raises:
        SourceError: something is missing, not known or no pattern.
    """
    name = f"{shape}s.toml: rule {row.get('id', '?')!r}"
    if wrong := _NEEDED - row.keys() | (row.keys() - _KEYS):
        raise SourceError(f"{name} lacks or does not know: {', '.join(sorted(wrong))}.")
    if not row["hits"] or not row["misses"]:
        raise SourceError(f"{name} needs changes that it hits and misses.")
    try:
        return GuardRule(
            id=row["id"],
            shape=shape,
            cwe=int(row["cwe"]),
            severity=Severity(row["severity"]),
            confidence=float(row["confidence"]),
            why=row["why"],
            fix=row["fix"],
            source=row["source"],
            match=re.compile(row["match"]),
            has=re.compile(row["has"]) if "has" in row else None,
            lacks=re.compile(row["lacks"]) if "lacks" in row else None,
            kept=re.compile(row["kept"]) if "kept" in row else None,
            soft=bool(row.get("soft")),
            alone=bool(row.get("alone")),
            languages=tuple(row.get("languages", ())),
            hits=tuple(GuardExample(**{"path": "a.py"} | one) for one in row["hits"]),
            misses=tuple(GuardExample(**{"path": "a.py"} | one) for one in row["misses"]),
        )
    except (re.error, ValueError, TypeError) as error:
        raise SourceError(f"{name} is no rule: {error}.") from error
