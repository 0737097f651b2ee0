"""Hold a line that waits to what may leave now: to the level of today, and its texts to the gate of all that leaves.

Texts were redacted when the line was made. The second opinion shares no rule with that, so what one of the two missed
does not reach a server, a file to be carried, or a dry run, which all show the same bytes.
"""

from dataclasses import replace
from functools import cached_property
from typing import cast

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.wire.row_kinds import KINDS, Level
from twiceshy.privacy.wire.wire_rows import WireError, decode_row, encode_row, fit_row, limit_level


class LeavingLines:
    """Prepares lines; the rules are loaded when the first text comes."""

    def __init__(self, config: Config, store: Store) -> None:
        """Take the level from the settings, the salt of placeholders from the store."""
        self._config = config
        self._salt = store.salt
        self._level = cast("Level", config.sync_level)

    def prepare(self, line: bytes) -> bytes | None:
        """Return what of a line may leave; None where nothing may.

        Raises:
            WireError: it is no row that may leave at all, or a secret in it cannot be taken out.
        """
        row = limit_level(decode_row(line), self._level)
        if row is None:
            return None
        texts = {
            field.name: value
            for field in KINDS[row.kind].fields
            if field.form == "text" and isinstance(value := row.data.get(field.name), str)
        }
        if not texts:
            return encode_row(row)
        cleaned, left = self._gate.clean(list(texts.values()))
        if left is not None:
            raise WireError(f"{list(texts)[left.text]} {left.describe()}")
        if cleaned == list(texts.values()):
            return encode_row(row)
        return encode_row(fit_row(replace(row, data={**row.data, **dict(zip(texts, cleaned, strict=True))})))

    @cached_property
    def _gate(self) -> OutgoingTexts:
        level = RedactionLevel.STRICT if self._level == "anonymous" else RedactionLevel(self._config.privacy_level)
        return OutgoingTexts(load_rules(), self._salt, level, cache=self._config.cache)
