"""Name forms: what the names of files in one place have in common, so that a new one's can be foretold.

A name that stands in several folders (`__init__.py`, `package.json`) is a form by itself. Of any other the part that
changes from file to file becomes a star: marks of tests, a number in front, a last word that neighbours share and
all endings stay.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

_FEWEST: Final = 3
"""Files of one name, or with one last word, that make it a form (guess, 2026-11-24)."""
_TEST: Final = re.compile(r"^(test[_-])?(.*?)([_-](?:test|tests|spec)|(?<=[a-z0-9])(?:Tests?|Spec|IT))?$")
_NUMBER: Final = re.compile(r"^\d+(?:[_.-]\d+)*(?=[_.-]\D)")
_LAST_WORD: Final = re.compile(r"(?<=[a-z0-9])[A-Z][a-z]+$")
_ENDING: Final = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,9}){1,3}$")
"""Up to three endings, as in `.test.ts` and `.d.ts`."""


class KnownNames(NamedTuple):
    """How often names and their last words stand in a repository."""

    bases: Mapping[str, int]
    last_words: Mapping[str, int]
    """Last word of a name in camel case with its endings: `Mapper.java`."""


def count_names(paths: Iterable[str]) -> KnownNames:
    """Count the names of files."""
    bases = Counter(path.rpartition("/")[2] for path in paths)
    last: Counter[str] = Counter()
    for base, times in bases.items():
        if word := _find_last_word(base):
            last[word] += times
    return KnownNames(bases, last)


def find_form(path: str, known: KnownNames) -> str:
    """Return the form of a file's name.

    >>> known = count_names(["a/__init__.py", "b/__init__.py", "c/__init__.py", "UserMapper.java"])
    >>> [find_form(path, known) for path in ("d/__init__.py", "tests/test_auth.py", "go/auth_test.go", "a.test.ts")]
    ['__init__.py', 'test_*.py', '*_test.go', '*.test.ts']
    >>> [find_form(path, known) for path in ("notes/0012-why.md", "AuthTest.java", "TeamMapper.java", "Makefile")]
    ['<number>-*.md', '*Test.java', '*.java', '*']
    """
    base = path.rpartition("/")[2]
    if known.bases.get(base, 0) >= _FEWEST:
        return base
    ending = _find_ending(base)
    stem = base.removesuffix(ending)
    if (word := _find_last_word(base)) and known.last_words.get(word, 0) >= _FEWEST:
        return f"*{word}"
    if number := _NUMBER.match(stem):
        return f"<number>{stem[number.end()]}*{ending}"
    parts = _TEST.match(stem)
    before, after = (parts.group(1) or "", parts.group(3) or "") if parts else ("", "")
    return f"{before}*{after}{ending}"


def _find_ending(base: str) -> str:
    """Return the endings of a name; a hidden file without one has none."""
    found = _ENDING.search(base, 1)
    return found.group() if found else ""


def _find_last_word(base: str) -> str:
    ending = _find_ending(base)
    word = _LAST_WORD.search(base.removesuffix(ending))
    return f"{word.group()}{ending}" if word else ""
