"""Turn signs: what each sign of a correction weighs, and the words by which it is known, from ``turn_signs.toml``.

They are data with the fit that they came from, so that whoever fits them again changes no code. The file is read when
the first turn is judged, never on import: compiling the patterns takes longer than a hook may.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

_NEVER = r"(?!)"
_LINE_BREAK = re.compile(r"\n\s*")


class TurnSign(NamedTuple):
    """One sign."""

    slug: str
    points: float
    """Log-odds that it adds."""
    pattern: re.Pattern[str]
    """Matches nothing where the sign is not seen in words."""
    fit: str
    """Where the points are from: a key of ``[fit]`` in the file."""

    def is_in(self, text: str) -> bool:
        """Tell whether the text has the sign."""
        return self.pattern.search(text) is not None

    def weigh(self, text: str) -> float:
        """Return the sign's points where the text has it, else 0."""
        return self.points if self.pattern.search(text) else 0.0


class TurnSigns(NamedTuple):
    """All signs, and what is decided by their sum."""

    by_slug: Mapping[str, TurnSign]
    groups: Mapping[str, tuple[TurnSign, ...]]
    threshold: float
    """Points from which on a turn is a correction."""
    confidence: Mapping[str, float]
    """For each kind of evidence the share of corrections with it that was right."""


@cache
def load_signs() -> TurnSigns:
    """Return the signs of the packaged file."""
    text = resources.files("twiceshy.outcomes").joinpath("turn_signs.toml").read_text("utf-8")
    tree = tomllib.loads(text)
    groups = {name: tuple(_read_group(table)) for name, table in tree["sign"].items()}
    return TurnSigns(
        by_slug={sign.slug: sign for signs in groups.values() for sign in signs},
        groups=groups,
        threshold=tree["decision"]["threshold"],
        confidence=tree["confidence"],
    )


def _read_group(table: Mapping[str, Any]) -> Iterator[TurnSign]:
    for slug, row in table.items():
        if slug != "fit":
            pattern = _LINE_BREAK.sub("", row.get("pattern", _NEVER))
            flags = 0 if row.get("case_sensitive") else re.IGNORECASE
            yield TurnSign(slug, row.get("points", 0.0), re.compile(pattern, flags), row.get("fit", table["fit"]))
