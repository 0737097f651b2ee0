"""Hold rows that wait to what may leave now: to the level of today, and their texts to the gate of all that leaves.

Texts were redacted when a row was made. The second opinion shares no rule with that, so what one of the two missed
does not reach a server, a file to be carried, or a dry run, which all show the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

from twiceshy.base.config import Config
from twiceshy.privacy.outgoing import OutgoingTexts, SecretLeft
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.wire.wire_rows import WireError, decode_row, encode_row, fit_row, limit_level, list_texts
from twiceshy.records.team import RowAnswer, WaitingRow, WireRow, WireValue

if TYPE_CHECKING:
    from twiceshy.privacy.wire.row_kinds import Level

_FORM = "not of a form that may leave: {}"


class SortedRows(NamedTuple):
    """Rows by what becomes of them."""

    ready: list[WaitingRow]
    """They may leave as they are here."""
    gone: list[WaitingRow]
    """Nothing of them may leave at this level."""
    refused: list[RowAnswer]
    """They are no rows, or have a text that must not leave."""


class LeavingLines:
    """The one door of rows for a team's server, whether they are sent, carried or shown."""

    def __init__(self, config: Config, salt: bytes) -> None:
        """Take the level from the settings, and the salt of placeholders; the rules are loaded with the first text."""
        self._config = config
        self._salt = salt
        self._level = cast("Level", config.sync_level)

    def sort(self, waiting: Sequence[WaitingRow]) -> SortedRows:
        """Return the rows as they may leave, and those that may not; texts of all rows are looked at together."""
        found = SortedRows([], [], [])
        made = list(self._limit(waiting, found))
        groups = [[text for _, text in list_texts(limited)] for _, limited in made]
        clean = self._gate.clean_groups(groups) if any(groups) else groups
        for (row, limited), texts, fresh in zip(made, groups, clean, strict=True):
            if isinstance(fresh, SecretLeft):
                found.refused.append(_refuse(row, f"a text of it {fresh.describe()}"))
                continue
            try:
                line = encode_row(limited if fresh == texts else _replace_texts(limited, texts, fresh))
            except WireError as error:  # a placeholder fits no such field
                found.refused.append(_refuse(row, _FORM.format(error)))
            else:
                found.ready.append(replace(row, body=line))
        return found

    def _limit(self, waiting: Sequence[WaitingRow], found: SortedRows) -> Iterator[tuple[WaitingRow, WireRow]]:
        """Yield the rows of which something may leave at this level, with that; put the others where they belong."""
        for row in waiting:
            try:
                limited = limit_level(decode_row(row.body), self._level)
            except WireError as error:
                found.refused.append(_refuse(row, _FORM.format(error)))
                continue
            if limited is None:
                found.gone.append(row)
            else:
                yield row, limited

    @cached_property
    def _gate(self) -> OutgoingTexts:
        level = RedactionLevel.STRICT if self._level == "anonymous" else RedactionLevel(self._config.privacy_level)
        cache = self._config.cache if self._config.cache.is_dir() else None
        return OutgoingTexts(load_rules(), self._salt, level, cache=cache)


def _refuse(row: WaitingRow, why: str) -> RowAnswer:
    return RowAnswer(row.id, row.rev, "refused", why)


def _replace_texts(row: WireRow, texts: Sequence[str], fresh: Sequence[str]) -> WireRow:
    """Return the row with these texts replaced, within the bounds of a row."""
    clean = dict(zip(texts, fresh, strict=True))
    return fit_row(replace(row, data={name: _replace_value(value, clean) for name, value in row.data.items()}))


def _replace_value(value: WireValue, clean: Mapping[str, str]) -> WireValue:
    if isinstance(value, str):
        return clean.get(value, value)
    if isinstance(value, dict):
        return {clean.get(word, word): count for word, count in value.items()}
    if isinstance(value, list):
        return [clean.get(word, word) for word in value]
    return value
