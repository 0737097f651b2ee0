"""The comparison language of ``Validation.check``: parsed into a small tree and walked, never evaluated as code.

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

LONGEST_CHECK, LONGEST_PATTERN, LONGEST_VALUE = 400, 200, 1_000
DEEPEST = 12
TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<name>[A-Za-z_][\w.-]*)"
    r"|(?P<sign>==|!=|<=|>=|[<>()\[\],]))"
)
FUNCTIONS = {"len": 1, "matches": 2, "starts": 2, "ends": 2}
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"})
CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "none": None}
Value = object


class Node(NamedTuple):
    """A part of a check."""

    kind: str
    """``value``, ``name``, ``list``, ``and``, ``or``, ``not``, a comparison's sign or a function's name."""
    parts: tuple[Any, ...]


class CheckError(ValueError):
    """A check or a pattern that means nothing in this language."""


class Reader:
    """The words of a check, one at a time."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)
        self.place = 0
        self.depth = 0

    def peek(self) -> tuple[str, str]:
        """Kind and text of the next word; empty at the end."""
        return self.words[self.place] if self.place < len(self.words) else ("", "")

    def take(self) -> tuple[str, str]:
        """The next word, which is passed."""
        word = self.peek()
        self.place += 1
        return word

    def sign(self, text: str) -> bool:
        """Whether the next word is this sign or name, which then is passed."""
        if self.peek()[0] in {"sign", "name"} and self.peek()[1] == text:
            self.place += 1
            return True
        return False

    def needed(self, text: str) -> None:
        """Nothing; the next word is this sign.

        Raises:
            CheckError: it is another one.
        """
        if not self.sign(text):
            raise CheckError(f"expected {text!r}, found {self.peek()[1]!r}")


def words_of(text: str) -> list[tuple[str, str]]:
    """The words with their kinds."""
    if len(text) > LONGEST_CHECK:
        raise CheckError(f"longer than {LONGEST_CHECK} characters")
    found: list[tuple[str, str]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        token = TOKEN.match(text, place)
        if token is None:
            raise CheckError(f"cannot read {text[place : place + 20]!r}")
        found.append((token.lastgroup or "", token[token.lastgroup or 0]))
        place = token.end()
    return found


@lru_cache(maxsize=512)
def parsed(check: str) -> Node:
    """The check as a tree.

    Raises:
        CheckError: it is none.
    """
    reader = Reader(check)
    node = either(reader)
    if reader.peek() != ("", ""):
        raise CheckError(f"nothing may follow before {reader.peek()[1]!r}")
    return node


def either(reader: Reader) -> Node:
    """Parts with ``or`` between them."""
    reader.depth += 1
    if reader.depth > DEEPEST:
        raise CheckError("too many parentheses")
    found = [both(reader)]
    while reader.sign("or"):
        found.append(both(reader))
    reader.depth -= 1
    return found[0] if len(found) == 1 else Node("or", tuple(found))


def both(reader: Reader) -> Node:
    """Parts with ``and`` between them."""
    found = [denied(reader)]
    while reader.sign("and"):
        found.append(denied(reader))
    return found[0] if len(found) == 1 else Node("and", tuple(found))


def denied(reader: Reader) -> Node:
    """A comparison, with any number of ``not`` before it."""
    count = 0
    while reader.sign("not"):
        count += 1
    node = compared(reader)
    return Node("not", (node,)) if count % 2 else node


def compared(reader: Reader) -> Node:
    """A term, or two with a sign between."""
    left = term(reader)
    sign = reader.peek()[1] if reader.peek()[0] in {"sign", "name"} else ""
    if sign == "not":
        reader.take()
        reader.needed("in")
        return Node("not in", (left, term(reader)))
    if sign in COMPARISONS:
        reader.take()
        return Node(sign, (left, term(reader)))
    return left


def term(reader: Reader) -> Node:
    """A text, number, list, name, function or something in parentheses."""
    kind, text = reader.take()
    if kind == "number":
        return Node("value", (float(text) if "." in text else int(text),))
    if kind == "text":
        return Node("value", (re.sub(r"\\(['\"\\])", r"\1", text[1:-1]),))
    if kind == "name" and reader.peek() == ("sign", "(") and text in FUNCTIONS:
        return function(reader, text)
    if kind == "name" and text not in {"and", "or", "not", "in"}:
        lower = text.lower()
        return Node("value", (CONSTANTS[lower],)) if lower in CONSTANTS else Node("name", (text,))
    if (kind, text) == ("sign", "("):
        node = either(reader)
        reader.needed(")")
        return node
    if (kind, text) == ("sign", "["):
        return Node("list", tuple(several(reader, "]")))
    raise CheckError(f"expected a value, found {text!r}")


def function(reader: Reader, name: str) -> Node:
    """A function with its values in parentheses."""
    reader.needed("(")
    parts = several(reader, ")")
    if len(parts) != FUNCTIONS[name]:
        raise CheckError(f"{name} takes {FUNCTIONS[name]}")
    if name == "matches":
        if parts[1].kind != "value" or not isinstance(parts[1].parts[0], str):
            raise CheckError("matches takes a pattern in quotes")
        pattern(parts[1].parts[0])
    return Node(name, tuple(parts))


def several(reader: Reader, end: str) -> list[Node]:
    """Terms with commas between, up to a sign."""
    found: list[Node] = []
    while not reader.sign(end):
        if found:
            reader.needed(",")
        found.append(term(reader))
    return found


def holds(check: str, values: Mapping[str, Value]) -> bool | None:
    """Whether the check is true of these inputs; None where it names one that is not there.

    >>> holds("len(tag) < 40", {"tag": "abc1234"}), holds("'-f' in options", {"options": ["-f"]}), holds("x == 1", {})
    (True, True, None)

    Raises:
        CheckError: it is no check.
    """
    try:
        return bool(worth(parsed(check), values))
    except KeyError:
        return None


def worth(node: Node, values: Mapping[str, Value]) -> Value:
    """What a part is worth; KeyError where it names what is not there."""
    kind, parts = node
    if kind == "value":
        return parts[0]
    if kind == "name":
        return values[parts[0]]
    if kind == "and":
        return all(bool(worth(part, values)) for part in parts)
    if kind == "or":
        return any(bool(worth(part, values)) for part in parts)
    found = [worth(part, values) for part in parts]
    if kind == "list":
        return found
    if kind == "not":
        return not found[0]
    return applied(kind, found) if kind in FUNCTIONS else related(kind, found[0], found[1])


def applied(name: str, given: list[Value]) -> Value:
    """A function's value; of something that it is not made for, no length and no match."""
    first = given[0]
    if name == "len":
        return len(first) if isinstance(first, str | Sequence | Mapping) else 0
    if not isinstance(first, str) or not isinstance(given[1], str):
        return False
    if name == "matches":
        return pattern(given[1]).fullmatch(first[:LONGEST_VALUE]) is not None
    return first.startswith(given[1]) if name == "starts" else first.endswith(given[1])


def related(sign: str, left: Value, right: Value) -> bool:
    """Whether a comparison is true; values that cannot be compared are unlike and in no order."""
    if sign in {"==", "!="}:
        return (left == right) is (sign == "==")
    if sign in {"in", "not in"}:
        inside = (
            left in right if isinstance(right, list | tuple | str) and isinstance(left, str | int | float) else False
        )
        return inside is (sign == "in")
    if isinstance(left, str) and isinstance(right, str):
        return ordered(sign, left < right, left == right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return ordered(sign, left < right, left == right)
    return False


def ordered(sign: str, less: bool, same: bool) -> bool:  # two facts of one comparison
    """Whether the sign holds of two things of which these facts are known."""
    return {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[sign]


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A pattern that cannot take long.

    Raises:
        CheckError: it is none, or could.
    """
    if len(text) > LONGEST_PATTERN:
        raise CheckError(f"a pattern longer than {LONGEST_PATTERN} characters")
    try:
        slow = nested(_parser.parse(text), inside=False)
        if slow:
            raise CheckError(f"a pattern with {slow}")
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise CheckError(f"no pattern: {error}") from error


def nested(parts: Any, *, inside: bool) -> str:  # the standard library's own tree has no types
    """What makes a pattern slow; empty where nothing does."""
    for operator, argument in parts:
        if operator in {_constants.GROUPREF, _constants.ASSERT, _constants.ASSERT_NOT, _constants.GROUPREF_EXISTS}:
            return "a back reference or a look around"
        if operator in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            least, most, body = argument
            many = most is _constants.MAXREPEAT or most > least
            if (inside and many) or most not in {_constants.MAXREPEAT, *range(LONGEST_VALUE + 1)}:
                return "a repetition in a repetition"
            if slow := nested(body, inside=inside or many):
                return slow
        elif operator is _constants.SUBPATTERN:
            if slow := nested(argument[-1], inside=inside):
                return slow
        elif operator is _constants.BRANCH and (
            slow := next((found for one in argument[1] if (found := nested(one, inside=inside))), "")
        ):
            return slow
    return ""


def refuses(validation: Validation, parameter: str, values: Mapping[str, Value]) -> bool:
    """Whether a validation says that a call with these inputs is wrong.

    One that cannot be read, or is about an input that is not there, refuses nothing.
    """
    try:
        if validation.check and holds(validation.check, values):
            return True
        value = values.get(parameter)
        if validation.regex and isinstance(value, str):
            return pattern(validation.regex).fullmatch(value[:LONGEST_VALUE]) is None
    except CheckError:
        return False
    return False
