"""Turn signs: what each sign of a correction weighs, and the words by which it is known, from ``turn_signs.toml``.

They are data with the fit that they came from, so that whoever fits them again changes no code. The file is read when
the first turn is judged, never on import: compiling the patterns takes longer than a hook may. From the sum of the
points comes a probability, by a logistic curve that was fitted to labelled turns and stands in the same file.
"""

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

_NEVER = r"(?!)"
_LINE_BREAK = re.compile(r"\n\s*")
_MOST_POINTS = 60.0
"""Points beyond which the curve is flat; by definition, as the exponential of more may overflow."""
_LONGEST_CLAUSE = 60
"""Characters kept of the words that show a sign. Guess of 2026-11-22: a clause, read at a glance."""
_CLAUSE_END = re.compile(r"[!?;\n\u3002\uff01\uff1f]|\.(?=\s|$)")


class SeenSign(NamedTuple):
    """One sign that a turn has."""

    slug: str
    points: float
    words: str = ""
    """The person's words that show it, from its first one on to the end of the clause; empty where none do."""


class TurnSign(NamedTuple):
    """One sign."""

    slug: str
    points: float
    """Log-odds that it adds, before the curve."""
    pattern: re.Pattern[str]
    """Matches nothing where the sign is not seen in words."""
    fit: str
    """Where the points are from: a key of ``[fit]`` in the file."""

    def is_in(self, text: str) -> bool:
        """Tell whether the text has the sign."""
        return self.pattern.search(text) is not None

    def find(self, text: str) -> SeenSign | None:
        """Return the sign with the words that show it; None where the text has it not."""
        found = self.pattern.search(text)
        return None if found is None else SeenSign(self.slug, self.points, _cut_clause(text, found.start()))

    def see(self) -> SeenSign:
        """Return the sign as seen by something that is not said."""
        return SeenSign(self.slug, self.points)


class TurnSigns(NamedTuple):
    """All signs, and what is decided by their sum."""

    by_slug: Mapping[str, TurnSign]
    groups: Mapping[str, tuple[TurnSign, ...]]
    slope: float
    """Log-odds a point, of the fitted curve."""
    intercept: float
    """Log-odds at no points."""
    counting: float
    """Probability from which on a turn counts as a correction, everywhere."""
    doubt: float
    """Probability from which on it is unknown whether a turn is one; below, it is none."""
    most_alone: float
    """What is stated at most of a turn that rests on words alone."""

    def compute_probability(self, points: float) -> float:
        """Return how likely a turn with these points is a correction."""
        odds = self.slope * points + self.intercept
        return 1.0 / (1.0 + math.exp(-max(-_MOST_POINTS, min(_MOST_POINTS, odds))))

    def find_all(self, group: str, text: str) -> Iterator[SeenSign]:
        """Yield the group's signs that the text has."""
        return (seen for sign in self.groups[group] if (seen := sign.find(text)) is not None)


@cache
def load_signs() -> TurnSigns:
    """Return the signs of the packaged file."""
    text = resources.files("twiceshy.judgement.outcomes").joinpath("turn_signs.toml").read_text("utf-8")
    tree = tomllib.loads(text)
    groups = {name: tuple(_read_group(table)) for name, table in tree["sign"].items()}
    decision = tree["decision"]
    return TurnSigns(
        by_slug={sign.slug: sign for signs in groups.values() for sign in signs},
        groups=groups,
        slope=tree["curve"]["slope"],
        intercept=tree["curve"]["intercept"],
        counting=decision["counting"],
        doubt=decision["doubt"],
        most_alone=decision["most-alone"],
    )


def sum_points(seen: Iterable[SeenSign]) -> float:
    """Return the points of all these signs."""
    return sum(one.points for one in seen)


def _read_group(table: Mapping[str, Any]) -> Iterator[TurnSign]:
    for slug, row in table.items():
        if slug != "fit":
            pattern = _LINE_BREAK.sub("", row.get("pattern", _NEVER))
            flags = 0 if row.get("case_sensitive") else re.IGNORECASE
            yield TurnSign(slug, row.get("points", 0.0), re.compile(pattern, flags), row.get("fit", table["fit"]))


def _cut_clause(text: str, start: int) -> str:
    """Return the words from ``start`` on to the end of the clause, on one line."""
    words = text[start : start + 4 * _LONGEST_CLAUSE].lstrip(" \t\n,;:-")
    end = _CLAUSE_END.search(words, 1)
    clause = " ".join(words[: end.start() if end else None].split())
    return clause if len(clause) <= _LONGEST_CLAUSE else clause[: _LONGEST_CLAUSE - 1].rsplit(" ", 1)[0] + "…"
