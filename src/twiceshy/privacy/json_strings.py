"""The strings of a JSON text that are written with escapes, behind which a secret looks different.

Strings are read as they stand in the text, not from its tree: of two values under one key the tree keeps one.
"""

import json
import re
from collections.abc import Mapping

import orjson

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
"""A string of a JSON text. From each quote on it matches in one way only, so that it never goes back."""


def find_escaped_strings(text: str) -> list[str]:
    r"""Return strings of a JSON object or array that its text writes with escapes; none where it is no JSON.

    >>> find_escaped_strings('{"command": "set -e\\nmake", "why": "plain"}')
    ['set -e\nmake']
    """
    if "\\" not in text or text[:1] not in "{[":
        return []
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    return [_decode(spelled) for spelled in _STRING.findall(text) if "\\" in spelled]


def replace_strings(text: str, changed: Mapping[str, str]) -> str:
    r"""Replace strings of the JSON text by others, written as JSON asks, however its writer spelled them.

    >>> replace_strings('{"a":"x\\/y","b":"x\\ty"}', {"x/y": "z"})
    '{"a":"z","b":"x\\ty"}'
    """

    def spell(literal: re.Match[str]) -> str:
        spelled = literal[0]
        after = changed.get(_decode(spelled)) if "\\" in spelled else None
        return spelled if after is None else json.dumps(after, ensure_ascii=False)

    return _STRING.sub(spell, text)


def _decode(literal: str) -> str:
    """Return what a string of a JSON text stands for."""
    return str(orjson.loads(literal))
