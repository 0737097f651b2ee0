"""Texts made to hurt one rule, from the rule itself: what its pattern must read, again and again, in the worst forms.

A rule's pattern is read as a tree and written out as text: with its repeats at their least, at their most, one short
and one long. These pieces are repeated glued together, behind each kind of border, with an escape or a placeholder
beside them, and once as a single endless token. Nothing here knows which form hurts which engine.
"""

import random
import re
from collections.abc import Callable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]  # the only parser of patterns that Python has
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from twiceshy.privacy.secrets.secret_detector import DetectionRule

_MANY = 80
"""Repeats taken of what has no upper bound: beyond the bounds of most rules (guess, 2026-11-22)."""
_ALPHABET = "aB3dE7gH9kLmN2pQ5rStUv8xYz"


def make_shapes(rule: DetectionRule, seed: int = 0) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Yield names of forms, each with what makes a text of about so many bytes in that form."""
    rng = random.Random(f"{seed}:{rule.id}")
    whole, trigger = _parse(rule.regex), _parse(rule.trigger)
    least, most = _write(whole, rng, "least"), _write(whole, rng, "most")
    short, over = _write(whole, rng, "short"), _write(whole, rng, "over")
    alone, prefix = _write(trigger, rng, "least"), _write_prefix(whole, rng)
    inside = prefix + least[-12:]
    yield from (
        (name, _repeat(unit))
        for name, unit in {
            "prefix": prefix,
            "prefix and blank": prefix + " ",
            "prefix of the trigger": _write_prefix(trigger, rng),
            "trigger": alone,
            "match": least,
            "match and letter": least + "a",
            "match and underscore": least + "_",
            "match and blank": least + " ",
            "match and line": least + "\n",
            "match and quote": least + '"',
            "longest match": most,
            "longest match and line": most + "\n",
            "one short": short,
            "one short and blank": short + " ",
            "one over": over,
            "one over and line": over + "\n",
            "match behind a letter": "x" + least,
            "escape before": "\\n" + least,
            "escapes inside": "%5F".join((least[: len(least) // 2], least[len(least) // 2 :])),
            "colours inside": "\x1b[1m".join((least[: len(least) // 2], least[len(least) // 2 :])),
            "placeholder beside": least + "[password:0a1b2c]",
            "value of a template": prefix + "${" + inside + "}",
            "words": prefix + "example-" + inside,
            "brackets": "[" + least + "]",
        }.items()
    )
    filler = _class_of_tail(whole, rng)
    yield "one endless token", lambda size: (prefix + filler * (size // len(filler)))[:size]
    yield "endless before", lambda size: (filler * (size // len(filler)))[: size - len(least)] + least
    yield "blanks before", lambda size: prefix + " " * (size - 2 * len(prefix)) + prefix
    yield "one in JSON", lambda size: '{"a":"\\n' + (least + "\\n") * (size // (len(least) + 2)) + '"}'
    yield "many in JSON", lambda size: '{"a":[' + f'"\\n{_plain(least)}",' * (size // (len(least) + 5)) + "0]}"


def _plain(text: str) -> str:
    return text.replace("\\", "").replace('"', "").replace("\n", " ")


def _repeat(unit: str) -> Callable[[int], str]:
    return lambda size: (unit or "x") * (size // len((unit or "x").encode("utf-8", "replace")))


def _parse(pattern: str) -> Any:
    return parser.parse(pattern.replace("(?i)", "").replace("(?m)", ""))


def _write(tree: Any, rng: random.Random, length: str) -> str:
    """Return a text that the pattern matches, or (``short``, ``over``) just does not."""
    items = list(tree)
    last = max((at for at, (op, _) in enumerate(items) if op in _REPEATS), default=-1)
    return "".join(
        _write_item(op, value, rng, length if length in {"least", "most"} or at == last else "least")
        for at, (op, value) in enumerate(items)
    )


_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)


def _write_item(op: Any, value: Any, rng: random.Random, length: str) -> str:
    if op is codes.LITERAL:
        return chr(value)
    if op is codes.NOT_LITERAL:
        return "a" if chr(value) != "a" else "b"
    if op is codes.ANY:
        return "a"
    if op is codes.IN:
        return _choose_character(value, rng)
    if op is codes.BRANCH:
        return _write(rng.choice(value[1]), rng, length)
    if op is codes.SUBPATTERN:
        return _write(value[3], rng, length)
    if op in _REPEATS:
        low, high, inner = value
        high = min(high, low + _MANY)
        count = {"least": low, "most": high, "short": max(0, low - 1), "over": high + 1}[length]
        return "".join(_write(inner, rng, "least") for _ in range(count))
    return ""  # borders


def _choose_character(items: Any, rng: random.Random) -> str:
    negated = items[0][0] is codes.NEGATE
    pattern = re.compile(_spell_class(items))
    fitting = [letter for letter in (*_ALPHABET, *"0123456789abcdef -_./:=\n\"'") if pattern.match(letter)]
    return str(rng.choice(fitting[: 20 if negated else None] or [_first_literal(items)]))


def _first_literal(items: Any) -> str:
    return next((chr(value if op is codes.LITERAL else value[0]) for op, value in items if op in _PLAIN), "a")


_PLAIN = (codes.LITERAL, codes.RANGE)
_CATEGORIES = {codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_WORD: r"\w"}


def _spell_class(items: Any) -> str:
    spelled = ""
    for op, value in items:
        if op is codes.NEGATE:
            spelled += "^"
        elif op is codes.LITERAL:
            spelled += re.escape(chr(value))
        elif op is codes.RANGE:
            spelled += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        else:
            spelled += _CATEGORIES[value]
    return f"[{spelled}]"


def _write_prefix(tree: Any, rng: random.Random) -> str:
    """Return what a match begins with, up to its first class or repeat."""
    written = ""
    for op, value in tree:
        if op is codes.SUBPATTERN:
            return written + _write_prefix(value[3], rng)
        if op is codes.BRANCH:
            return written + _write_prefix(rng.choice(value[1]), rng)
        if op in _REPEATS or (op is codes.IN and written):
            return written
        written += _write_item(op, value, rng, "least")
    return written


def _class_of_tail(tree: Any, rng: random.Random) -> str:
    """Return characters of the class that the pattern repeats most."""
    found = [value for op, value in _walk(tree) if op in _REPEATS]
    longest = max(found, key=lambda value: (min(int(value[1]), 10_000), int(value[0])), default=None)
    return "".join(_write(longest[2], rng, "least") for _ in range(64)) if longest else "aB3"


def _walk(tree: Any) -> Iterator[tuple[Any, Any]]:
    for op, value in tree:
        yield op, value
        if op in _REPEATS:
            yield from _walk(value[2])
        elif op is codes.SUBPATTERN:
            yield from _walk(value[3])
        elif op is codes.BRANCH:
            for branch in value[1]:
                yield from _walk(branch)
