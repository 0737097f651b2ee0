"""Values that are known for certain, and results of operations on them, computed without running anything.

Numbers, texts, truth values and ``None`` are themselves; lists and dicts hold such values or ``UNKNOWN``. Results
beyond the bounds are unknown.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_BIGGEST = 1 << 40
"""Numbers beyond are unknown (guess, 2026-11-21)."""
_LONGEST = 4096
"""Characters of a text, beyond which it is unknown (guess, 2026-11-21)."""
UNKNOWN = object()
ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "/": operator.truediv,
}
COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
    "is": operator.is_,
    "is not": operator.is_not,
}


def call_method(store: Any, method: str, values: Sequence[Any]) -> tuple[bool, Any]:
    """Tell whether a store's method is understood, and return its result; the store is changed accordingly."""
    certain = all(isinstance(value, str | int) for value in values)
    match store, method, values:
        case list(), "append", [value]:
            store.append(value)
            return True, None
        case list(), "pop", [] | [int()] if store and -len(store) <= (values[0] if values else -1) < len(store):
            return True, store.pop(*values)
        case list(), "insert", [int(place), value]:
            store.insert(place, value)
            return True, None
        case dict(), "add_section", [_]:
            return True, None
        case dict(), "set", [str(section), str(key), value]:
            store[section, key] = value
            return True, None
        case dict(), "get", [*keys] if certain and len(keys) in {1, 2}:
            return True, store.get(keys[0] if len(keys) == 1 else (keys[0], keys[1]), UNKNOWN)
    return False, UNKNOWN


def element_of(store: Any, key: Any) -> Any:
    """Return the element at a key; ``UNKNOWN`` unless both store and key are certain."""
    if key is UNKNOWN or store is UNKNOWN:
        return UNKNOWN
    if isinstance(store, dict):
        return store.get(key, UNKNOWN) if isinstance(key, str | int) else UNKNOWN
    if isinstance(store, list | str) and isinstance(key, int) and -len(store) <= key < len(store):
        return store[key]
    return UNKNOWN


def combine_values(work: Callable[[Any, Any], Any] | None, left: Any, right: Any) -> Any:
    """Return the result of an operation on two certain values, within bounds; else ``UNKNOWN``."""
    if work is None or left is UNKNOWN or right is UNKNOWN or isinstance(left, list | dict):
        return UNKNOWN
    if work is operator.mul and not (isinstance(left, int) and isinstance(right, int)):
        return UNKNOWN
    if work is operator.mod and isinstance(left, str):
        return UNKNOWN
    if isinstance(right, list | dict):
        return UNKNOWN
    try:
        value = work(left, right)
    except (TypeError, ValueError, ArithmeticError):
        return UNKNOWN
    return UNKNOWN if _is_oversized(value) else value


def _is_oversized(value: Any) -> bool:
    """Tell whether a value is too big to go on with."""
    return len(value) > _LONGEST if isinstance(value, str) else isinstance(value, int) and abs(value) > _BIGGEST


def parse_literal(word: str) -> Any:
    """Return the value of a number or a text without computed parts; else ``UNKNOWN``."""
    if len(word) > _LONGEST:
        return UNKNOWN
    try:
        value = ast.literal_eval(word)
    except (ValueError, SyntaxError, MemoryError):
        return UNKNOWN
    return value if isinstance(value, str | int) and not _is_oversized(value) else UNKNOWN
