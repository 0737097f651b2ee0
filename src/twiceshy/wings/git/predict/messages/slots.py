"""Names in an older message that belong to its change: they give way to the names of the new one, or count against it.

A name is replaced where the older change had exactly one in that role and the new one has exactly one too: the file,
its name with or without its ending, the folder around it. Which word of a sentence is a name is not guessed: only what
stands in the older change's own paths is one. A part of a message that no role explains stays, and is counted.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final, NamedTuple

_SHORTEST: Final = 3
"""Letters of a name that is replaced (guess, 2026-11-24: shorter ones are words of any sentence)."""
_CODE: Final = re.compile(r"`[^`]+`|[\w$]*[._/\\][\w./$\\-]*\w|\w*[a-z]\w*[A-Z]\w*|\w+\(\)|[A-Z]{2,}\w*|\w*\d\w*")
"""What looks like a name of code or a number inside a sentence."""


class FilledMessage(NamedTuple):
    """An older message with the names of the new change."""

    subject: str
    replaced: tuple[tuple[str, str], ...]
    """Old and new name of each slot."""


def fill_slots(subject: str, old_paths: Sequence[str], new_paths: Sequence[str]) -> FilledMessage:
    """Return a message in which names of the old files are those of the new ones.

    >>> fill_slots("Add type hints to `test_a.py`", ["tests/test_a.py"], ["tests/test_b.py"]).subject
    'Add type hints to `test_b.py`'
    """
    replaced = []
    for old, new in _pair_roles(old_paths, new_paths):
        changed = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", lambda _, name=new: name, subject)  # type: ignore[misc]  # a name bound now
        if changed != subject:
            replaced.append((old, new))
            subject = changed
    return FilledMessage(subject, tuple(replaced))


def list_code_words(subject: str) -> list[str]:
    """Return what looks like a name of code or a number in a message, without quotes and brackets.

    >>> list_code_words("Fix `parse_all` of fetchModule.ts in v1.2 of the HTTP part")
    ['parse_all', 'fetchModule.ts', 'v1.2', 'HTTP']
    """
    return [found.strip("`()") for found in _CODE.findall(subject)]


def _pair_roles(old_paths: Sequence[str], new_paths: Sequence[str]) -> list[tuple[str, str]]:
    """Return the names that give way, the longest first, so that a path goes before its parts."""
    pairs: dict[str, str] = {}
    for old, new in zip(_list_roles(old_paths), _list_roles(new_paths), strict=True):
        if len(old) == len(new) == 1:
            name, partner = next(iter(old)), next(iter(new))
            if len(name) >= _SHORTEST and name != partner and partner:
                pairs.setdefault(name, partner)
    return sorted(pairs.items(), key=lambda pair: -len(pair[0]))


def _list_roles(paths: Sequence[str]) -> tuple[set[str], ...]:
    places = [PurePosixPath(path) for path in paths]
    return (
        set(paths),
        {place.name for place in places},
        {place.stem for place in places},
        {place.stem.removeprefix("test_").removesuffix("_test") for place in places},
        {place.parent.as_posix() for place in places},
        {place.parent.name for place in places},
        {place.parent.parent.name for place in places},
    )
