"""Edits of a JSON text that leave every other byte as it is: comments, trailing commas, order, indentation, line ends.

A settings file belongs to its user. So it is never written anew from its values: a value is put in at the right place
of the text, and what was put in can be cut out again. Comments (``//`` and ``/* */``) and trailing commas are taken as
they are; a byte order mark too.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_DEEPEST = 200
"""Levels of objects and arrays that are read (guess, 2026-11-21)."""
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<punct>[{}\[\],:])"""
    r"""|(?P<scalar>"(?:[^"\\\x00-\x1f]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)""",
    re.DOTALL,
)
BYTE_ORDER_MARK = "\ufeff"


class NotJson(ValueError):  # noqa: N818  # says what the text is
    """The text is not what this module edits; the message says where."""


@dataclass(slots=True)
class _JsonChild:
    """A member of an object, or an item of an array."""

    key: str | None
    start: int
    before: int
    """End of what stands before it in its container: the bracket, a comma or a comment."""
    node: "JsonNode"
    comma: int | None = None
    """Where the comma behind it stands."""


@dataclass(slots=True)
class JsonNode:
    """A value and where it stands."""

    start: int
    end: int
    value: object
    children: list[_JsonChild] = field(default_factory=list)
    last: int = 0
    """Of an object or array: end of the last thing in it, comments too; the bracket's where it is empty."""

    def member(self, key: str) -> "JsonNode | None":
        """Return the value of a key; None without it."""
        return next((child.node for child in self.children if child.key == key), None)


class Insertion(NamedTuple):
    """A text put in; offsets are characters of the text before any of them."""

    offset: int
    text: str


class JsonStyle(NamedTuple):
    """How the text is laid out."""

    unit: str
    """One step of indentation; empty where all stands on one line."""
    newline: str
    spaced: bool


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 1 if text.startswith(BYTE_ORDER_MARK) else 0
        self.seen = self.position
        """End of the last thing that is no white space."""

    def peek(self) -> re.Match[str]:
        """Return the next token that means something."""
        while True:
            match = _TOKEN.match(self.text, self.position)
            if match is None:
                raise NotJson(f"line {self.text.count(chr(10), 0, self.position) + 1} cannot be read")
            if match.lastgroup == "comment":
                self.seen = match.end()
            elif match.lastgroup != "space":
                return match
            self.position = match.end()
            if self.position == len(self.text):
                raise NotJson("it ends too early")

    def take(self) -> re.Match[str]:
        match = self.peek()
        self.position = self.seen = match.end()
        return match

    def value(self, depth: int = 0) -> JsonNode:
        match = self.take()
        word = match[0]
        if word in "{[":
            if depth > _DEEPEST:
                raise NotJson("it is nested too deeply")
            return self.container(match.start(), word, depth)
        if match.lastgroup != "scalar":
            raise NotJson(
                f"line {self.text.count(chr(10), 0, match.start()) + 1}: {word!r} stands where a value should"
            )
        try:
            return JsonNode(match.start(), match.end(), json.loads(word))
        except ValueError as exc:
            raise NotJson(f"line {self.text.count(chr(10), 0, match.start()) + 1}: {exc}") from exc

    def container(self, start: int, bracket: str, depth: int) -> JsonNode:
        closing = "}" if bracket == "{" else "]"
        children: list[_JsonChild] = []
        while True:
            match = self.peek()
            if match[0] == closing:
                last = self.seen
                self.take()
                return JsonNode(start, self.position, _plain_value(bracket, children), children, last)
            if children and children[-1].comma is None:
                raise NotJson(f"line {self.text.count(chr(10), 0, match.start()) + 1}: a comma is missing")
            before, key = self.seen, None
            if bracket == "{":
                key = self.key()
            node = self.value(depth + 1)
            child = _JsonChild(key, match.start(), before, node)
            children.append(child)
            if (comma := self.peek())[0] == ",":
                child.comma = comma.start()
                self.take()

    def key(self) -> str:
        match = self.take()
        if not match[0].startswith('"') or self.take()[0] != ":":
            raise NotJson(f"line {self.text.count(chr(10), 0, match.start()) + 1}: a key is missing")
        try:
            return str(json.loads(match[0]))
        except ValueError as exc:
            raise NotJson(str(exc)) from exc


def _plain_value(bracket: str, children: list[_JsonChild]) -> object:
    if bracket == "[":
        return [child.node.value for child in children]
    return {child.key: child.node.value for child in children}


def parse_jsonc(text: str) -> JsonNode:
    """Return the text's value with its places.

    Raises:
        NotJson: it is none, or something stands behind it, or a key stands twice in one object.
    """
    parser = _Parser(text)
    node = parser.value()
    rest = text[node.end :]
    while rest:
        match = _TOKEN.match(rest)
        if match is None or match.lastgroup not in {"space", "comment"}:
            raise NotJson("something stands behind its end")
        rest = rest[match.end() :]
    if key := _find_duplicate_key(node):
        raise NotJson(f"the key {key!r} stands twice")
    return node


def _find_duplicate_key(node: JsonNode) -> str | None:
    keys = [child.key for child in node.children if child.key is not None]
    for key in keys:
        if keys.count(key) > 1:
            return key
    return next((found for child in node.children if (found := _find_duplicate_key(child.node))), None)


def style_of(text: str, root: JsonNode) -> JsonStyle:
    """Return how the text is laid out, by its first member."""
    newline = "\r\n" if "\r\n" in text else "\n"
    spaced = bool(re.search(r'":\s', text)) or not root.children
    for child in root.children:
        gap = text[child.before : child.start]
        if "\n" in gap:
            return JsonStyle(gap.rpartition("\n")[2] or "  ", newline, spaced)
    one_line = bool(root.children) and "\n" not in text[root.start : root.end]
    return JsonStyle("" if one_line else "  ", newline, spaced)


def plan_append(
    text: str, container: JsonNode, values: Sequence[tuple[str | None, object]], style: JsonStyle
) -> list[Insertion]:
    """Return what to put in so that ``values`` are the last of an object (each with a key) or array (without)."""
    children = container.children
    trailing = bool(children) and children[-1].comma is not None
    comma = [Insertion(children[-1].node.end, ",")] if children and not trailing else []
    colon = ": " if style.spaced else ":"
    items = [("" if key is None else json.dumps(key) + colon, value) for key, value in values]
    end = "," if trailing else ""
    body = (
        _write_lines(text, container, items, style, end) if style.unit else _write_inline(container, items, style, end)
    )
    return _merge_insertions([*comma, Insertion(container.last, body)])


def _write_inline(container: JsonNode, items: Sequence[tuple[str, object]], style: JsonStyle, end: str) -> str:
    """Return the items, each behind its head, as they go on in one line."""
    separators = (", ", ": ") if style.spaced else (",", ":")
    blank = " " if style.spaced else ""
    written = [head + json.dumps(value, separators=separators) for head, value in items]
    return (blank if container.children else "") + ("," + blank).join(written) + end


def _write_lines(
    text: str, container: JsonNode, items: Sequence[tuple[str, object]], style: JsonStyle, end: str
) -> str:
    """Return the items, each behind its head, on lines of their own."""
    children = container.children
    outer = _indentation_at(text, container.start)
    inner = outer + style.unit
    if children and "\n" in (gap := text[children[0].before : children[0].start]):
        inner = gap.rpartition("\n")[2]
    start = style.newline + inner
    written = [head + start.join(json.dumps(value, indent=style.unit).split("\n")) for head, value in items]
    body = start + ("," + start).join(written) + end
    return body if "\n" in text[container.last : container.end - 1] else body + style.newline + outer


def _indentation_at(text: str, offset: int) -> str:
    """Return the white space that begins the line of an offset."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset].lstrip(BYTE_ORDER_MARK)
    return line[: len(line) - len(line.lstrip(" \t"))]


def _merge_insertions(insertions: Sequence[Insertion]) -> list[Insertion]:
    """Return the same with those at one place made one."""
    found: list[Insertion] = []
    for one in insertions:
        if found and found[-1].offset == one.offset:
            found[-1] = Insertion(one.offset, found[-1].text + one.text)
        else:
            found.append(one)
    return found


def apply_insertions(text: str, insertions: Sequence[Insertion]) -> str:
    """Return the text with all insertions; they are in the order of their offsets."""
    parts, position = [], 0
    for offset, words in insertions:
        parts += [text[position:offset], words]
        position = offset
    return "".join([*parts, text[position:]])


def undo_insertions(text: str, insertions: Sequence[Insertion]) -> str | None:
    """Return the text before ``apply_insertions``; None where one of them does not stand at its place any more."""
    parts, position, shift = [], 0, 0
    for offset, words in insertions:
        start = offset + shift
        if text[start : start + len(words)] != words:
            return None
        parts.append(text[position:start])
        position = start + len(words)
        shift += len(words)
    return "".join([*parts, text[position:]])


def remove_child(text: str, container: JsonNode, place: int) -> str:
    """Return the text without one child of a container.

    The comma that only it needed goes too; comments stay.
    """
    child = container.children[place]
    start, end = child.before, child.node.end
    on_the_line = re.match(r"[ \t]*(\r?\n|\Z)", text[end if child.comma is None else child.comma + 1 :])
    if "\n" in text[start : child.start] and text[:start].rpartition("\n")[2].find("//") >= 0 and not on_the_line:
        start = child.start  # what follows would become a part of the comment before it
    cuts = [(start, end)]
    if child.comma is not None:
        cuts.append((child.comma, child.comma + 1))
    elif place and (comma := container.children[place - 1].comma) is not None:
        cuts.insert(0, (comma, comma + 1))
    for low, high in reversed(cuts):
        text = text[:low] + text[max(low, high) :]
    return text


def has_value(text: str, expected: object) -> bool:
    """Tell whether the text holds exactly that value."""
    try:
        return parse_jsonc(text).value == expected
    except NotJson:
        return False
