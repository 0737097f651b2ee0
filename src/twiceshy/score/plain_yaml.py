"""The part of YAML in which rules are written, read without a library.

Maps and lists by indentation, one-line lists in brackets, quoted and plain words, and ``|`` blocks: enough for rule
files, which the analysis engine's users know how to read. What lies outside this part is refused with its line, never
guessed, so that each file means the same to every other reader of YAML (YAML 1.2, chapters 7.3, 8.1 and 8.2).
"""

import re
from typing import TypeAlias

from twiceshy.errors import SourceError

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value]"
_KEY = re.compile(r"([A-Za-z_$][\w$-]*):(?: +(.*))?$")
_NUMBER = re.compile(r"-?\d+(\.\d+)?$")
_UNSUPPORTED = ("&", "*", "!", "{", ">", "@", "`", "%", "? ", "<<")
"""Starts of YAML that is not read here."""


def read(text: str, name: str) -> Value:
    """Return the value of a text; ``name`` is for messages.

    Raises:
        SourceError: it is outside the part that is read, or damaged.
    """
    reader = _Reader(text, name)
    value = reader.block(reader.indent())
    if reader.row < len(reader.lines):
        raise reader.refusal("it is indented unlike the lines above")
    return value


class _Reader:
    """The lines, and how far they are read."""

    def __init__(self, text: str, name: str) -> None:
        self.lines = text.split("\n")
        self.name = name
        self.row = 0
        self.skip()

    def refusal(self, why: str) -> SourceError:
        line = self.lines[min(self.row, len(self.lines) - 1)]
        return SourceError(f"{self.name}, line {self.row + 1}: {why}: {line.strip()!r}.")

    def skip(self) -> None:
        """Skip empty lines and comment lines."""
        while self.row < len(self.lines) and not self.lines[self.row].split("#", 1)[0].strip():
            self.row += 1

    def indent(self) -> int:
        """Return the spaces before the next line's first word; -1 at the end."""
        if self.row >= len(self.lines):
            return -1
        line = self.lines[self.row]
        return len(line) - len(line.lstrip(" "))

    def block(self, indent: int) -> Value:
        """Return the map or list that starts here."""
        if indent < 0:
            raise self.refusal("a value is missing")
        return self.items(indent) if self.lines[self.row].startswith("-", indent) else self.entries(indent)

    def items(self, indent: int) -> list[Value]:
        found: list[Value] = []
        while self.indent() == indent and re.match(r"-(?: |$)", self.lines[self.row][indent:]):
            line = self.lines[self.row]
            rest = line[indent + 1 :]
            inner = indent + 1 + len(rest) - len(rest.lstrip(" "))
            if _KEY.match(line[inner:]) is None:
                found.append(self.value(rest.strip(), indent))
            else:  # a map whose first entry stands behind the dash
                self.lines[self.row] = " " * inner + line[inner:]
                found.append(self.entries(inner))
        return found

    def entries(self, indent: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while self.indent() == indent and not self.lines[self.row].startswith("- ", indent):
            match = _KEY.match(self.lines[self.row][indent:])
            if match is None or match[1] in found:
                raise self.refusal("a key is expected, once")
            found[match[1]] = self.value((match[2] or "").strip(), indent)
        return found

    def value(self, word: str, indent: int) -> Value:
        """Return the value behind a dash or colon, and move past it."""
        word = "" if word.startswith("#") else word
        if word == "|":
            return self.literal(indent)
        if word:
            found = self.scalar(word)
            self.row += 1
            self.skip()
            return found
        self.row += 1
        self.skip()
        inner = self.indent()
        listed = inner == indent and self.lines[self.row].startswith("- ", indent)
        if inner <= indent and not listed:
            raise self.refusal("a value is missing above")
        return self.block(inner)

    def literal(self, indent: int) -> str:
        """Return the lines of a ``|`` block, without their common indentation, each with its line end."""
        self.row += 1
        start = self.row
        while self.row < len(self.lines) and (not self.lines[self.row].strip() or self.indent() > indent):
            self.row += 1
        lines = self.lines[start : self.row]
        width = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
        if any(line.strip() and line[:width].strip() for line in lines):
            raise self.refusal("a line of the block above starts too far left")
        self.skip()
        return "\n".join(line[width:] for line in lines).rstrip("\n") + "\n"

    def scalar(self, word: str) -> Value:
        if word.startswith("["):
            if not word.endswith("]"):
                raise self.refusal("a list in brackets ends on its line")
            return [self.scalar(part.strip()) for part in word[1:-1].split(",") if part.strip()]
        if word[0] in "'\"":
            return self.unquote(word)
        word = word.partition(" #")[0].rstrip()
        if word.startswith(_UNSUPPORTED) or ": " in word or word.endswith(":"):
            raise self.refusal("this needs quotes")
        if word in {"true", "false"}:
            return word == "true"
        if _NUMBER.match(word):
            return float(word) if "." in word else int(word)
        return word

    def unquote(self, word: str) -> str:
        quote = word[0]
        if len(word) < 2 or word[-1] != quote:
            raise self.refusal("a quote is not closed on its line")
        inner = word[1:-1]
        if quote == "'":
            return inner.replace("''", "'")
        if "\\" in inner.replace("\\\\", "").replace('\\"', "").replace("\\n", ""):
            raise self.refusal("this escape is not known here")
        return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], inner)
