"""Search rows that somebody sent for what their redaction missed: the rule is named, the text never.

What leaves at the level `full` was redacted as at home; all else strictly, and so it is searched here.
"""

import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.wire.row_kinds import KINDS, Field
from twiceshy.privacy.wire.wire_rows import list_texts
from twiceshy.records.team import WireRow, WireValue

_SHORT = 120
"""Characters of texts that are remembered as clean: what a word of a row may have by definition of the wire."""
_MOST_REMEMBERED = 50_000
"""Texts that are remembered (guess, 2026-11-23: some 5 MB)."""
_PLACEHOLDER = re.compile(r"\[([a-z][a-z0-9-]{1,30}):[0-9a-f]{6}\]")
_LEVELS = {
    (kind.name, field.name): RedactionLevel.STANDARD if field.level == "full" else RedactionLevel.STRICT
    for kind in KINDS.values()
    for field in kind.fields
}


class RowScan:
    """The rules of redaction, for any number of threads: they wait for each other."""

    def __init__(self, *, cache: Path | None = None) -> None:
        """Compile the rules, or load them from the folder ``cache``."""
        rules, salt = load_rules(), secrets.token_bytes(32)
        self._scrubbers = {level: Scrubber(rules, salt, level, cache=cache) for level in RedactionLevel}
        self._clean: dict[RedactionLevel, set[str]] = {level: set() for level in RedactionLevel}
        self._lock = Lock()

    def find(self, rows: Sequence[WireRow]) -> dict[int, str]:
        """Return which rows hold what redaction would replace, by their place: the field, and the rule's name."""
        with self._lock:
            found: dict[int, str] = {}
            for level, places in self._gather(rows).items():
                for text, rule in self._search(level, list(places)):
                    for index, name in places[text]:
                        found.setdefault(index, f"{name}: {rule}")
            return found

    def redact(self, row: WireRow) -> WireRow:
        """Return a row that nobody redacted before: secrets out of its texts, and no word that looks like one.

        A word that a row must have becomes ``withheld``.
        """
        with self._lock:
            fields = [field for field in KINDS[row.kind].fields if row.data.get(field.name) is not None]
            data = {
                field.name: _redact_value(self._scrubbers[_LEVELS[row.kind, field.name]], field, row.data[field.name])
                for field in fields
            }
        return replace(row, data={name: value for name, value in data.items() if value is not None})

    def _gather(self, rows: Sequence[WireRow]) -> dict[RedactionLevel, dict[str, list[tuple[int, str]]]]:
        """Return each text that is not known to be clean, with the rows and fields it stands in."""
        waiting: dict[RedactionLevel, dict[str, list[tuple[int, str]]]] = {
            level: defaultdict(list) for level in RedactionLevel
        }
        for index, row in enumerate(rows):
            for name, text in list_texts(row):
                level = _LEVELS[row.kind, name]
                if text not in self._clean[level]:
                    waiting[level][text].append((index, name))
        return waiting

    def _search(self, level: RedactionLevel, texts: list[str]) -> list[tuple[str, str]]:
        """Return the texts that redaction changes, each with the rule; remember the others."""
        scrubber, clean = self._scrubbers[level], self._clean[level]
        if len(clean) > _MOST_REMEMBERED:
            clean.clear()
        found = []
        for text, after in zip(texts, scrubber.texts(texts), strict=True):
            if after != text:
                found.append((text, self._name_rule(scrubber, text, after)))
            elif len(text) <= _SHORT:
                clean.add(text)
        return found

    def _name_rule(self, scrubber: Scrubber, text: str, after: str) -> str:
        """Return the rule by which a text was changed; its kind where that shows only inside of a JSON text."""
        if spans := scrubber.detector.find(text):
            return spans[0].rule
        known = set(_PLACEHOLDER.findall(text))
        return next((kind for kind in _PLACEHOLDER.findall(after) if kind not in known), "redaction")


def _redact_value(scrubber: Scrubber, field: Field, value: WireValue) -> WireValue:
    """Return the value of a field without secrets; None where nothing of it is left."""
    if isinstance(value, dict):
        return {word: count for word, count in value.items() if scrubber.text(word) == word}
    if isinstance(value, list):
        return [word for word in value if scrubber.text(word) == word]
    if not isinstance(value, str) or field.form not in {"text", "word"}:
        return value
    after: str = scrubber.text(value)
    if field.form == "text" or after == value:
        return after
    return "withheld" if field.required else None
