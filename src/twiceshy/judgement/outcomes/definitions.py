"""Definitions: names that a text defines at its top level, by kind, in the languages that agents write most.

Only what a line's beginning proves is found; a language that is not known has none. Names that many files may rightly
define (``main``, ``setup``, tests, dunders) are left out, since finding them twice says nothing.
"""

import re
from typing import NamedTuple

_PYTHON = re.compile(r"^(?:async )?(?P<kind>def|class) (?P<name>\w+)", re.MULTILINE)
_SCRIPT = re.compile(
    r"^(?:export )?(?:default )?(?:async )?(?P<kind>function|class|interface|type|enum)\*? (?P<name>[\w$]+)",
    re.MULTILINE,
)
_ARROW = re.compile(
    r"^(?:export )?(?:const|let) (?P<name>[\w$]+)(?:: [^=\n]{1,200})? = (?:async )?(?:\([^()\n]{0,300}\)|\w+)"
    r"(?:: [^=\n]{1,200})? =>",
    re.MULTILINE,
)
_GO = re.compile(r"^(?P<kind>func|type) (?P<name>\w+)", re.MULTILINE)
_RUST = re.compile(r"^(?:pub(?:\([\w:]+\))? )?(?:async )?(?P<kind>fn|struct|enum|trait) (?P<name>\w+)", re.MULTILINE)
_LANGUAGES = {
    ".py": (_PYTHON,),
    ".js": (_SCRIPT, _ARROW),
    ".jsx": (_SCRIPT, _ARROW),
    ".ts": (_SCRIPT, _ARROW),
    ".tsx": (_SCRIPT, _ARROW),
    ".mjs": (_SCRIPT, _ARROW),
    ".go": (_GO,),
    ".rs": (_RUST,),
}
_FAMILIES = {".jsx": ".js", ".ts": ".js", ".tsx": ".js", ".mjs": ".js"}
_SHORTEST = 6
"""Characters of a name; shorter ones mean different things in different files. Guess of 2026-11-21."""
_COMMON = re.compile(
    r"main|setup|teardown|init|test_?\w*|Test\w*|__\w+__|\w*Props|default|handler|configure|register|render|create|Execute"
    r"|execute|Params|Result|Config|Options|Client|Server|Request|Response|Handler|Command|Service"
)
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|testdata|fixtures)/|(?:^|/)(?:test_|conftest)|[._](?:test|spec)\."
)


class TopLevelDefinition(NamedTuple):
    """One definition, whatever file it stands in."""

    language: str
    kind: str
    name: str


def language_of(path: str) -> str | None:
    """Return the key of the file's language; None where definitions are not known, or where it is a test."""
    ending = path[path.rfind(".") :] if "." in path else ""
    return None if ending not in _LANGUAGES or _TESTS.search(path) else _FAMILIES.get(ending, ending)


def find_definitions(path: str, text: str) -> frozenset[TopLevelDefinition]:
    r"""Return the definitions of a text that stands in ``path``.

    >>> sorted(found.name for found in find_definitions("a.py", "def parse_date(x):\n    def inner_part(): ...\n"))
    ['parse_date']
    """
    key = language_of(path)
    if key is None:
        return frozenset()
    return frozenset(
        TopLevelDefinition(key, found.groupdict().get("kind") or "function", name)
        for pattern in _LANGUAGES[key if key in _LANGUAGES else ".js"]
        for found in pattern.finditer(text)
        if len(name := found["name"]) >= _SHORTEST and not _COMMON.fullmatch(name)
    )
