"""The strings of a JSON text that are written with escapes, behind which a secret looks different."""

import json
from collections.abc import Iterator

import orjson


def find_escaped_strings(text: str) -> list[str]:
    r"""Return strings of a JSON object or array that its text writes with escapes; none where it is no JSON.

    >>> find_escaped_strings('{"command": "set -e\\nmake", "why": "plain"}')
    ['set -e\nmake']
    """
    if "\\" not in text or text[:1] not in "{[":
        return []
    try:
        tree: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    return [found for found in _iterate_strings(tree) if json.dumps(found, ensure_ascii=False) != f'"{found}"']


def replace_string(text: str, before: str, after: str) -> str:
    """Replace one of the JSON text's own strings by another, written as JSON asks."""
    for ascii_only in (False, True):
        spelled = json.dumps(before, ensure_ascii=ascii_only)
        if spelled in text:
            return text.replace(spelled, json.dumps(after, ensure_ascii=False))
    # Its writer escaped what needs none: no spelling of ours is found, so the whole is written anew.
    return json.dumps(_replace_in(json.loads(text), before, after), ensure_ascii=False)


def _iterate_strings(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _iterate_strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _iterate_strings(value)


def _replace_in(tree: object, before: str, after: str) -> object:
    if isinstance(tree, str):
        return after if tree == before else tree
    if isinstance(tree, dict):
        return {_replace_in(key, before, after): _replace_in(value, before, after) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_replace_in(value, before, after) for value in tree]
    return tree
