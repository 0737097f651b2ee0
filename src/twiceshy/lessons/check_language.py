"""The language of ``Validation.check``: comparisons, parsed into a small tree and walked, never run as code.

A check is true of a *bad* value. It compares the call's inputs, by their names, with texts, numbers and lists:
``len(tag) < 40``, ``branch == 'main'``, ``'--force' in options``, ``not (x in ['a', 'b'])``,
``matches(tag, '[0-9a-f]{40}')``. There are ``and``, ``or``, ``not``, parentheses, ``== != < <= > >= in``, ``not in``,
``len``, ``matches`` (the whole text), ``starts``, ``ends``; nothing else: no attributes, no calls, no arithmetic.

Patterns are checked before they are used: a repetition inside a repetition, back references and looking around are
refused, so that a pattern's time grows no worse than with the square of a text, which is cut to 1,000 characters.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]  # typeshed has neither
from typing import Any, NamedTuple

from twiceshy.records.lessons import Validation

_LONGEST_CHECK, _LONGEST_PATTERN, _LONGEST_VALUE = 400, 200, 1_000
_DEEPEST = 12
"""Parentheses in parentheses (guess, 2026-11-21)."""
_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<name>[A-Za-z_][\w.-]*)"
    r"|(?P<sign>==|!=|<=|>=|[<>()\[\],]))"
)
_FUNCTIONS = {"len": 1, "matches": 2, "starts": 2, "ends": 2}
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"})
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "none": None}
_SLOW_OPERATORS = frozenset({_constants.GROUPREF, _constants.ASSERT, _constants.ASSERT_NOT, _constants.GROUPREF_EXISTS})
_REPEATS = frozenset({_constants.MAX_REPEAT, _constants.MIN_REPEAT})
_Value = object


class CheckNode(NamedTuple):
    """One node of a parsed check."""

    kind: str
    """``value``, ``name``, ``list``, ``and``, ``or``, ``not``, a comparison's sign or a function's name."""
    parts: tuple[Any, ...]


class CheckError(ValueError):
    """A check or a pattern that this language does not allow."""


class _TokenReader:
    """The tokens of a check, one at a time."""

    def __init__(self, text: str) -> None:
        self.words = _tokenize(text)
        self.place = 0
        self.depth = 0

    def peek(self) -> tuple[str, str]:
        """Return kind and text of the next token; both empty at the end."""
        return self.words[self.place] if self.place < len(self.words) else ("", "")

    def take(self) -> tuple[str, str]:
        """Return the next token and move past it."""
        word = self.peek()
        self.place += 1
        return word

    def accept(self, text: str) -> bool:
        """Tell whether the next token is this sign or name, and if so move past it."""
        if self.peek()[0] in {"sign", "name"} and self.peek()[1] == text:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Move past the next token, which must be this sign.

        Raises:
            CheckError: it is another one.
        """
        if not self.accept(text):
            raise CheckError(f"expected {text!r}, found {self.peek()[1]!r}")


def _tokenize(text: str) -> list[tuple[str, str]]:
    """Split a check into tokens; return their kinds and texts."""
    if len(text) > _LONGEST_CHECK:
        raise CheckError(f"longer than {_LONGEST_CHECK} characters")
    found: list[tuple[str, str]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None:
            raise CheckError(f"cannot read {text[place : place + 20]!r}")
        found.append((token.lastgroup or "", token[token.lastgroup or 0]))
        place = token.end()
    return found


@lru_cache(maxsize=512)
def parse_check(check: str) -> CheckNode:
    """Parse a check into a tree.

    Raises:
        CheckError: it is no check.
    """
    reader = _TokenReader(check)
    node = _parse_or(reader)
    if reader.peek() != ("", ""):
        raise CheckError(f"nothing may follow before {reader.peek()[1]!r}")
    return node


def _parse_or(reader: _TokenReader) -> CheckNode:
    """Parse parts with ``or`` between them."""
    reader.depth += 1
    if reader.depth > _DEEPEST:
        raise CheckError("too many parentheses")
    found = [_parse_and(reader)]
    while reader.accept("or"):
        found.append(_parse_and(reader))
    reader.depth -= 1
    return found[0] if len(found) == 1 else CheckNode("or", tuple(found))


def _parse_and(reader: _TokenReader) -> CheckNode:
    """Parse parts with ``and`` between them."""
    found = [_parse_not(reader)]
    while reader.accept("and"):
        found.append(_parse_not(reader))
    return found[0] if len(found) == 1 else CheckNode("and", tuple(found))


def _parse_not(reader: _TokenReader) -> CheckNode:
    """Parse a comparison with any number of ``not`` before it."""
    count = 0
    while reader.accept("not"):
        count += 1
    node = _parse_comparison(reader)
    return CheckNode("not", (node,)) if count % 2 else node


def _parse_comparison(reader: _TokenReader) -> CheckNode:
    """Parse one term, or two with a comparison sign between them."""
    left = _parse_term(reader)
    sign = reader.peek()[1] if reader.peek()[0] in {"sign", "name"} else ""
    if sign == "not":
        reader.take()
        reader.expect("in")
        return CheckNode("not in", (left, _parse_term(reader)))
    if sign in _COMPARISONS:
        reader.take()
        return CheckNode(sign, (left, _parse_term(reader)))
    return left


def _parse_term(reader: _TokenReader) -> CheckNode:
    """Parse a text, a number, a list, a name, a function or something in parentheses."""
    kind, text = reader.take()
    if kind == "number":
        return CheckNode("value", (float(text) if "." in text else int(text),))
    if kind == "text":
        return CheckNode("value", (re.sub(r"\\(['\"\\])", r"\1", text[1:-1]),))
    if kind == "name" and reader.peek() == ("sign", "(") and text in _FUNCTIONS:
        return _parse_function(reader, text)
    if kind == "name" and text not in {"and", "or", "not", "in"}:
        lower = text.lower()
        return CheckNode("value", (_CONSTANTS[lower],)) if lower in _CONSTANTS else CheckNode("name", (text,))
    if (kind, text) == ("sign", "("):
        node = _parse_or(reader)
        reader.expect(")")
        return node
    if (kind, text) == ("sign", "["):
        return CheckNode("list", tuple(_parse_list(reader, "]")))
    raise CheckError(f"expected a value, found {text!r}")


def _parse_function(reader: _TokenReader, name: str) -> CheckNode:
    """Parse a function's arguments in parentheses."""
    reader.expect("(")
    parts = _parse_list(reader, ")")
    if len(parts) != _FUNCTIONS[name]:
        raise CheckError(f"{name} takes {_FUNCTIONS[name]}")
    if name == "matches":
        if parts[1].kind != "value" or not isinstance(parts[1].parts[0], str):
            raise CheckError("matches takes a pattern in quotes")
        compile_pattern(parts[1].parts[0])
    return CheckNode(name, tuple(parts))


def _parse_list(reader: _TokenReader, end: str) -> list[CheckNode]:
    """Parse terms with commas between them, up to a closing sign."""
    found: list[CheckNode] = []
    while not reader.accept(end):
        if found:
            reader.expect(",")
        found.append(_parse_term(reader))
    return found


def check_holds(check: str, values: Mapping[str, _Value]) -> bool | None:
    """Tell whether the check is true of these inputs; None where it names an input that is not there.

    >>> check_holds("len(tag) < 40", {"tag": "abc1234"}), check_holds("x == 1", {})
    (True, None)
    >>> check_holds("'-f' in options", {"options": ["-f"]})
    True

    Raises:
        CheckError: it is no check.
    """
    try:
        return bool(_evaluate(parse_check(check), values))
    except KeyError:
        return None


def _evaluate(node: CheckNode, values: Mapping[str, _Value]) -> _Value:
    """Return the value of a node; raise KeyError where it names an input that is not there."""
    kind, parts = node
    if kind == "value":
        return parts[0]
    if kind == "name":
        return values[parts[0]]
    if kind == "and":
        return all(bool(_evaluate(part, values)) for part in parts)
    if kind == "or":
        return any(bool(_evaluate(part, values)) for part in parts)
    found = [_evaluate(part, values) for part in parts]
    if kind == "list":
        return found
    if kind == "not":
        return not found[0]
    return _apply_function(kind, found) if kind in _FUNCTIONS else _compare_values(kind, found[0], found[1])


def _apply_function(name: str, given: list[_Value]) -> _Value:
    """Return a function's value; 0 or False where the argument is of a type that the function does not take."""
    first = given[0]
    if name == "len":
        return len(first) if isinstance(first, str | Sequence | Mapping) else 0
    if not isinstance(first, str) or not isinstance(given[1], str):
        return False
    if name == "matches":
        return compile_pattern(given[1]).fullmatch(first[:_LONGEST_VALUE]) is not None
    return first.startswith(given[1]) if name == "starts" else first.endswith(given[1])


def _compare_values(sign: str, left: _Value, right: _Value) -> bool:
    """Tell whether a comparison is true; values that cannot be compared are unequal and unordered."""
    if sign in {"==", "!="}:
        return (left == right) is (sign == "==")
    if sign in {"in", "not in"}:
        inside = (
            left in right if isinstance(right, list | tuple | str) and isinstance(left, str | int | float) else False
        )
        return inside is (sign == "in")
    if isinstance(left, str) and isinstance(right, str):
        return _compare_order(sign, left < right, left == right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _compare_order(sign, left < right, left == right)
    return False


def _compare_order(sign: str, less: bool, same: bool) -> bool:  # two facts of one comparison
    """Tell whether an order sign holds, given whether the left side is less and whether both are the same."""
    return {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[sign]


@lru_cache(maxsize=512)
def compile_pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern that cannot take long.

    Raises:
        CheckError: it is no pattern, or it could take long.
    """
    if len(text) > _LONGEST_PATTERN:
        raise CheckError(f"a pattern longer than {_LONGEST_PATTERN} characters")
    try:
        slow = _find_slow_part(_parser.parse(text), inside=False)
        if slow:
            raise CheckError(f"a pattern with {slow}")
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise CheckError(f"no pattern: {error}") from error


def _find_slow_part(parts: Any, *, inside: bool) -> str:  # the standard library's own tree has no types
    """Name what makes a pattern slow; return an empty text where nothing does."""
    for operator, argument in parts:
        if operator in _SLOW_OPERATORS:
            return "a back reference or a look around"
        least, most = _bounds_of(operator, argument)
        many = least != most
        if (inside and many) or not _is_in_bounds(most):
            return "a repetition in a repetition"
        for body in _bodies_of(operator, argument):
            if slow := _find_slow_part(body, inside=inside or many):
                return slow
    return ""


def _bounds_of(operator: Any, argument: Any) -> tuple[int, int]:
    """Return how often a part is repeated, at least and at most; once where it is no repetition."""
    return argument[:2] if operator in _REPEATS else (1, 1)


def _is_in_bounds(most: Any) -> bool:
    """Tell whether the upper bound of a repetition is open, or small enough to be unrolled."""
    return most is _constants.MAXREPEAT or most <= _LONGEST_VALUE


def _bodies_of(operator: Any, argument: Any) -> Sequence[Any]:
    """Return the patterns inside of a node of the standard library's tree."""
    if operator in _REPEATS or operator is _constants.SUBPATTERN:
        return [argument[-1]]
    return argument[1] if operator is _constants.BRANCH else ()


def refuses(validation: Validation, parameter: str, values: Mapping[str, _Value]) -> bool:
    """Tell whether a validation says that a call with these inputs is wrong.

    A validation that cannot be read, or is about an input that is not there, refuses nothing.
    """
    try:
        if validation.check and check_holds(validation.check, values):
            return True
        value = values.get(parameter)
        return (
            bool(validation.regex)
            and isinstance(value, str)
            and compile_pattern(validation.regex).fullmatch(value[:_LONGEST_VALUE]) is None
        )
    except CheckError:
        return False
