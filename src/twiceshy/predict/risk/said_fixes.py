"""Which changes do later commits name as bad: by ``Fixes:`` trailers and by reverts?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from twiceshy.records.change_risk import FixLabel, TimedChange

_FIXES: Final = re.compile(r"^\s*Fixes:\s*(?:commit\s+)?([0-9a-f]{7,40})\b", re.IGNORECASE | re.MULTILINE)
_REVERTS: Final = re.compile(r"\bThis reverts commit ([0-9a-f]{7,40})\b", re.IGNORECASE)
_SHORT: Final = 7
"""Digits of the shortest name that git gives (by definition of its ``core.abbrev``)."""


def find_said_fixes(changes: Sequence[TimedChange]) -> Iterator[FixLabel]:
    """Yield a label for each earlier change that a later one names; names that fit two commits are left out."""
    places = {one.commit.hash: place for place, one in enumerate(changes)}
    starts: dict[str, list[str]] = {}
    for one in changes:
        starts.setdefault(one.commit.hash[:_SHORT], []).append(one.commit.hash)
    for place, one in enumerate(changes):
        message = f"{one.commit.subject}\n{one.commit.body or ''}"
        for source, form in (("trailer", _FIXES), ("revert", _REVERTS)):
            for name in _resolve(form.findall(message), starts):
                if places[name] < place:
                    yield FixLabel(name, one.commit.hash, one.at, source)


def _resolve(names: Iterable[str], starts: dict[str, list[str]]) -> Iterator[str]:
    for name in dict.fromkeys(one.lower() for one in names):
        found = [one for one in starts.get(name[:_SHORT], ()) if one.startswith(name)]
        if len(found) == 1:
            yield found[0]
