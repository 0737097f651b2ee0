"""Which changes do later commits name as bad: by ``Fixes:`` trailers and by reverts?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from twiceshy.records.change_risk import FixLabel, TimedChange

_FIXES: Final = re.compile(r"^\s*Fixes:\s*(?:commit\s+)?([0-9a-f]{7,40})\b", re.IGNORECASE | re.MULTILINE)
_REVERTS: Final = re.compile(r"\bThis reverts commit ([0-9a-f]{7,40})\b", re.IGNORECASE)
_SHORT: Final = 7
"""Digits of the shortest name that git gives (by definition of its ``core.abbrev``)."""


def find_said_fixes(changes: Sequence[TimedChange], before: Sequence[str] = ()) -> Iterator[FixLabel]:
    """Yield a label for each earlier change that a later one names; names that fit two commits are left out.

    ``before``: the names of changes that came before these.
    """
    named = [[*_list_named(f"{one.commit.subject}\n{one.commit.body or ''}")] for one in changes]
    if not any(named):
        return
    names = [*before, *(one.commit.hash for one in changes)]
    places = {name: place for place, name in enumerate(names, -len(before))}
    starts: dict[str, list[str]] = {}
    for name in names:
        starts.setdefault(name[:_SHORT], []).append(name)
    for place, (one, found) in enumerate(zip(changes, named, strict=True)):
        for source, some in found:
            yield from (
                FixLabel(name, one.commit.hash, one.at, source)
                for name in _resolve(some, starts)
                if places[name] < place
            )


def _list_named(message: str) -> Iterator[tuple[str, list[str]]]:
    """Yield in which form a message names commits, and which."""
    for source, form in (("trailer", _FIXES), ("revert", _REVERTS)):
        if found := form.findall(message):
            yield source, found


def _resolve(names: Iterable[str], starts: dict[str, list[str]]) -> Iterator[str]:
    for name in dict.fromkeys(one.lower() for one in names):
        found = [one for one in starts.get(name[:_SHORT], ()) if one.startswith(name)]
        if len(found) == 1:
            yield found[0]
