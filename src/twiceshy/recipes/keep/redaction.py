"""Behind ``redact`` and ``audit``: show what redaction does to a text, and search for what it may have missed."""

import secrets
from dataclasses import dataclass

from twiceshy.archive import database_texts
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import read_named
from twiceshy.base.toolbox import FOLDER as TOOLS_FOLDER
from twiceshy.base.values import Scrubbed
from twiceshy.privacy.audit import Audit, search_folder
from twiceshy.privacy.policy import RedactionLevel, build_detector, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.secrets.secret_triggers import list_match_libraries


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """One replaced stretch of the given text, and why it was replaced."""

    start: int
    end: int
    kind: str
    rule: str
    source: str
    """Who says that such secrets look so."""
    placeholder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A text after redaction."""

    text: Scrubbed
    engine: str
    level: RedactionLevel
    counts: dict[str, int]
    """Replacements by kind, the most frequent first."""
    replacements: list[Replacement]


def redact(text: str, config: Config, level: str | None = None) -> Redaction:
    """Return the text as it would be stored, and every replacement.

    Placeholders are those of the store, where there is one, so that they can be looked up; nothing is written.
    """
    chosen = RedactionLevel(level or config.privacy_level)
    rules = load_rules()
    scrubber = Scrubber(rules, _read_salt(config), chosen, cache=config.cache if config.cache.is_dir() else None)
    scrubbed = scrubber.text(text)
    sources = {one.rule.id: one.source for one in rules.rules}
    replacements = [
        Replacement(
            start=span.start,
            end=span.end,
            kind=span.kind,
            rule=span.rule,
            source=sources[span.rule],
            placeholder=scrubber.placeholder(
                span.kind, text[span.start : span.end].encode("utf-8", "surrogatepass")
            ).decode(),
        )
        for span in scrubber.detector.find(text)
    ]
    return Redaction(
        text=scrubbed,
        engine=scrubber.detector.engine,
        level=chosen,
        counts=dict(scrubber.counts.most_common()),
        replacements=replacements,
    )


_LARGEST_TEXT = 256 << 20
"""Bytes of a text that a person has redacted (guess, 2026-11-22)."""


def _read_salt(config: Config) -> bytes:
    try:
        return config.salt.read_bytes()[:64]
    except OSError:
        return secrets.token_bytes(32)


def read_text(name: str, stdin: bytes | None) -> str:
    """Return the text of a file, or of standard input if the name is ``-``.

    Raises:
        SourceError: the file cannot be read.
    """
    try:
        content = (stdin or b"") if name == "-" else read_named(name, _LARGEST_TEXT)
    except OSError as exc:
        raise SourceError(f"{name} cannot be read: {exc.strerror}. Nothing was changed.") from exc
    return content.decode("utf-8", "replace")


def audit(config: Config, level: str | None = None, engine: str | None = None, *, possible: bool = False) -> Audit:
    """Search the data folder with the second engine and a second opinion for all that still looks like a secret.

    Outside tools that lie there are skipped: they are other people's files, identified by their hash.

    Raises:
        SourceError: there is no data folder.
    """
    home = config.home
    if not home.is_dir():
        raise SourceError(f"there is no data folder at {home}. Nothing is stored yet: twiceshy ingest")
    chosen = RedactionLevel(level or config.privacy_level)
    detector = build_detector(load_rules(), chosen, engine=engine or list_match_libraries()[-1])
    return search_folder(home, detector, chosen, database_texts, {TOOLS_FOLDER}, possible=possible)
