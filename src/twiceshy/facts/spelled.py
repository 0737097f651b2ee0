"""The strings of a JSON text that its escapes spell otherwise than they are: behind them a secret looks different."""

import json
from collections.abc import Iterator

import orjson


def escaped_strings(text: str) -> list[str]:
    r"""Strings of a JSON object or array that its text spells with escapes; none where the text is no JSON.

    >>> escaped_strings('{"command": "set -e\\nmake", "why": "plain"}')
    ['set -e\nmake']
    """
    if "\\" not in text or text[:1] not in "{[":
        return []
    try:
        tree: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    return [found for found in _strings(tree) if json.dumps(found, ensure_ascii=False) != f'"{found}"']


def respelled(text: str, before: str, after: str) -> str:
    """The JSON text with another string in the place of one of its own, spelled as JSON asks."""
    for ascii_only in (False, True):
        spelled = json.dumps(before, ensure_ascii=ascii_only)
        if spelled in text:
            return text.replace(spelled, json.dumps(after, ensure_ascii=False))
    # Its writer escaped what needs none: no spelling of ours is found, so the whole is written anew.
    return json.dumps(_replaced(json.loads(text), before, after), ensure_ascii=False)


def _strings(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _strings(value)


def _replaced(tree: object, before: str, after: str) -> object:
    if isinstance(tree, str):
        return after if tree == before else tree
    if isinstance(tree, dict):
        return {_replaced(key, before, after): _replaced(value, before, after) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_replaced(value, before, after) for value in tree]
    return tree
