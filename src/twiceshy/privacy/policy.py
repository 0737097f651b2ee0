"""Which rules there are, what each level replaces, and how the compiled rules are kept from run to run.

Rules are TOML files in ``rules/``, one a family; the families' order is the order of what they know: where two rules
overlap, the one that knows more gives the name. Every rule carries texts it must hit and must miss, and a source; a
rule without them does not load. What is kept where, and for how long, is said in PRIVACY.md.
"""

import contextlib
import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar

from twiceshy.base.errors import ConfigError
from twiceshy.privacy.secrets.secret_checks import CHECKS
from twiceshy.privacy.secrets.secret_detector import DetectionRule, Detector
from twiceshy.privacy.secrets.secret_triggers import (
    Finder,
    HyperscanFinder,
    Re2Finder,
    library_version,
    list_match_libraries,
)

FAMILIES = ("keys", "cloud", "code", "ai", "services", "logins", "passwords", "places", "network", "personal")
PREFIXED = frozenset({"keys", "cloud", "code", "ai", "services"})
"""Families whose triggers need no border of a word before them: an escape may stand there (``\\nghp_...``), which the
detector then looks through."""
_BORDER = re.compile(r"(^|\|)\\b")


class RedactionLevel(StrEnum):
    """How much is replaced; ``strict`` holds all of ``standard``."""

    STANDARD = "standard"
    """Credentials, e-mail addresses, user names in home paths, public IP addresses."""
    STRICT = "strict"
    """Also every other IP address but loopback, host names, and absolute paths of one's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionRule:
    """A rule with what people must know of it."""

    rule: DetectionRule
    family: str
    level: RedactionLevel
    source: str
    """Who says that secrets look so."""
    hits: tuple[str, ...]
    """Sample templates (see ``privacy.samples``) in which what stands between the brackets must be found."""
    misses: tuple[str, ...]
    """Sample templates in which this rule must find nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionRules:
    """All rules, in the order of their families."""

    rules: tuple[RedactionRule, ...]

    def at(self, level: RedactionLevel) -> list[DetectionRule]:
        """Return the rules that work at this level."""
        return [
            one.rule for one in self.rules if one.level is RedactionLevel.STANDARD or level is RedactionLevel.STRICT
        ]

    def digest(self, level: RedactionLevel) -> str:
        """Return the hash of everything that decides what is replaced; it changes when a rule does."""
        return hashlib.blake2b(repr(self.at(level)).encode(), digest_size=12).hexdigest()

    def kinds(self) -> list[str]:
        """Return every kind, sorted."""
        return sorted({one.rule.kind for one in self.rules})


@lru_cache(maxsize=1)
def load_rules() -> RedactionRules:
    """Return the rules that come with the program.

    Raises:
        ConfigError: a rule file is damaged.
    """
    folder = resources.files("twiceshy.privacy") / "rules"
    rules: list[RedactionRule] = []
    for family in FAMILIES:
        try:
            rules += parse_family((folder / f"{family}.toml").read_text(encoding="utf-8"), family)
        except (OSError, tomllib.TOMLDecodeError) as exc:
            raise ConfigError(f"the redaction rules {family!r} cannot be read: {exc}. Install twiceshy again.") from exc
    return RedactionRules(rules=tuple(rules))


def parse_family(text: str, family: str) -> list[RedactionRule]:
    """Parse the rules of one file.

    Raises:
        ConfigError: a rule lacks a field or has one that is not known.
    """
    table = tomllib.loads(text)
    fragments: dict[str, str] = table.get("fragments", {})
    return [_parse_rule(row, fragments, family) for row in table.get("rule", [])]


_FIELDS = {field.name for field in fields(DetectionRule)} | {"level", "source", "hits", "misses"}


def _parse_rule(row: dict[str, Any], fragments: dict[str, str], family: str) -> RedactionRule:
    name = f"redaction rule {row.get('id')!r} in {family!r}"
    if missing := {"id", "kind", "regex", "source", "hits", "misses"} - {key for key, value in row.items() if value}:
        raise ConfigError(f"{name} lacks {', '.join(sorted(missing))}.")
    if unknown := row.keys() - _FIELDS:
        raise ConfigError(f"{name} has unknown fields: {', '.join(sorted(unknown))}.")
    if row.get("check", "token") not in CHECKS:
        raise ConfigError(f"{name}: unknown check {row['check']!r}.")
    regex = _insert_fragments(row["regex"], fragments)
    trigger = _insert_fragments(row["trigger"], fragments) if "trigger" in row else _shorten_tail(regex)
    if family in PREFIXED:
        trigger = _BORDER.sub(r"\1", trigger)
    given: dict[str, Any] = {key: row[key] for key in ("before", "after", "entropy", "check") if key in row}
    given["memo"] = tuple(row.get("memo", (0, 0)))
    return RedactionRule(
        rule=DetectionRule(id=row["id"], kind=row["kind"], regex=regex, trigger=trigger, **given),
        family=family,
        level=RedactionLevel(row.get("level", "standard")),
        source=row["source"],
        hits=tuple(row["hits"]),
        misses=tuple(row["misses"]),
    )


def _insert_fragments(pattern: str, fragments: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: _insert_fragments(fragments[match[1]], fragments), pattern)


def _shorten_tail(regex: str) -> str:
    """Return the regex as its own trigger: cut an open-ended tail to its least length, to end once a token.

    >>> _shorten_tail(r"ab_[a-z]{8,90}")
    'ab_[a-z]{8}'
    """
    return re.sub(r"\{(\d+),\d*\}(\)?)$", r"{\1}\2", regex.removesuffix(r"\b"))


def build_detector(
    rules: RedactionRules,
    level: RedactionLevel,
    *,
    noted: tuple[bytes, ...] = (),
    cache: Path | None = None,
    engine: str | None = None,
) -> Detector:
    """Return compiled rules, from the folder ``cache`` where they lie there already.

    Compiling takes a quarter of a second, loading some milliseconds. A cache file that is missing, damaged or of
    another version is made anew; one that cannot be written is done without.
    """

    def compile_rules(compiled: bytes | None) -> Detector:
        return Detector(rules.at(level), noted=noted, engine=chosen, compiled=compiled)

    chosen = engine or list_match_libraries()[0]
    return _load_compiled(compile_rules, rules.digest(level) + repr(noted), chosen, cache)


_FINDERS: Final[dict[tuple[tuple[bytes, ...], str], Finder]] = {}
"""Those of this process; whose store asked for them first does not matter."""


def build_finder(patterns: tuple[bytes, ...], *, cache: Path | None = None, engine: str | None = None) -> Finder:
    """Return the engine compiled for these patterns, once a process, from the folder as ``build_detector``."""

    def compile_patterns(compiled: bytes | None) -> HyperscanFinder | Re2Finder:
        return HyperscanFinder(patterns, compiled) if chosen == "hyperscan" else Re2Finder(patterns)

    chosen = engine or list_match_libraries()[0]
    if (patterns, chosen) not in _FINDERS:
        _FINDERS[patterns, chosen] = _load_compiled(compile_patterns, repr(patterns), chosen, cache)
    return _FINDERS[patterns, chosen]


_Made = TypeVar("_Made", Detector, HyperscanFinder | Re2Finder)


def _load_compiled(make: Callable[[bytes | None], _Made], content: str, engine: str, cache: Path | None) -> _Made:
    """Return what ``make`` compiles, from the cache where it lies there; ``content`` says what is compiled."""
    if engine != "hyperscan" or cache is None:
        return make(None)
    key = hashlib.blake2b((content + library_version(engine)).encode(), digest_size=12).hexdigest()
    place = cache / f"rules-{key}.hs"
    if (stored := _read_cache(place)) is not None:
        return make(stored)
    made = make(None)
    if not isinstance(made, Re2Finder) and (compiled := made.dump_database()) is not None:
        with contextlib.suppress(OSError):
            _write_cache(place, compiled)
    return made


def is_compiled(path: Path) -> bool:
    """Tell whether a file is whole compiled rules, which hold the words that they look for and no text."""
    return path.suffix == ".hs" and path.name.startswith("rules-") and _read_cache(path) is not None


_CHECKSUM = 16  # bytes of the hash before a stored table (our own format)


def _read_cache(place: Path) -> bytes | None:
    """Read the database, if the file is whole: hyperscan itself does not survive every damaged one."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    checksum, database = content[:_CHECKSUM], content[_CHECKSUM:]
    return database if hashlib.blake2b(database, digest_size=_CHECKSUM).digest() == checksum else None


def _write_cache(place: Path, database: bytes) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=place.name)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.blake2b(database, digest_size=_CHECKSUM).digest() + database)
        Path(name).replace(place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
