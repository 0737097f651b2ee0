"""A command line as the shell reads it: simple commands, words as far as they are plain, and their here-documents.

``facts.shell`` needs names and passes over what it does not understand. Here texts are taken from the line, so that it
is read as a shell would: a line that no shell takes (an open quote, brackets without end) is no commands at all. Each
character is looked at once, nested substitutions included; what only a shell can tell (``$X``, ``*``) is None.
"""

import re
from dataclasses import dataclass, field

MOST_CHARACTERS = 1 << 18
"""A longer line is not read. Guess: the longest real one seen has 8,000."""
DEEPEST = 30
"""Substitutions within substitutions (guess)."""

REDIRECTION = re.compile(r"(\d*|&)(>>|>\||>&|<&|<<<|<<-|<<|<>|>|<)")
OPERATOR = re.compile(r"&&|\|\||\|&|;;&?|;&|[;|&()]")
BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
COMMENT = re.compile(r"#[^\n]*")
PLAIN = re.compile(r"[^\s'\"\\`$;|&()<>*?{~]+")
IN_QUOTES = re.compile(r"[^\"\\`$]+")
NAME = re.compile(r"[A-Za-z_0-9{(@*#?$!-]")
EXPANDED = re.compile(r"\\([$`\\\n])|`|\$[A-Za-z_0-9{(@*#?$!-]")
BRACES = re.compile(r"\{[^\s{}'\"]*+\}")
DIGITS = re.compile(r"\d*-?\Z")
ESCAPED_IN_QUOTES = frozenset('$`"\\')
SAME = {"\n": ";", ";;": ";", ";&": ";", ";;&": ";", "|&": "|"}


class UnreadableError(Exception):
    """No shell takes the line, or it is too deep to be read."""


@dataclass(slots=True)
class Document:
    """A here-document."""

    delimiter: str
    expands: bool
    indented: bool
    text: str | None = None
    """As the program gets it; None where that depends on variables or commands, or it has no end."""


@dataclass(slots=True)
class Command:
    """One simple command, or a bracket that opens or closes a shell of its own."""

    op: str = ""
    """What stands before it: empty, ``;``, ``&``, ``&&``, ``||``, ``|``."""
    words: list[str | None] = field(default_factory=list)
    targets: list[tuple[str, str | None]] = field(default_factory=list)
    """Redirections of output to files: ``>``, ``>>`` or ``2>`` for any but the standard one, and the file."""
    document: Document | None = None
    """What it reads."""
    fed: bool = False
    """It reads something else than a pipe or a here-document."""
    bracket: str = ""
    """``(`` or ``)``; such a command has no words, though ``)`` may have targets."""


def commands(line: str) -> list[Command]:
    """The simple commands in order; an ``&`` at the end gives a last one without words.

    >>> [(one.op, one.words) for one in commands("cd web && cat 'a b' $X")]
    [('', ['cd', 'web']), ('&&', ['cat', 'a b', None])]
    """
    if len(line) > MOST_CHARACTERS:
        return []
    try:
        return Reader(line).commands(inside=False, depth=0)
    except UnreadableError:
        return []


class Reader:
    """A line and how far it was read."""

    def __init__(self, text: str) -> None:
        """At its beginning."""
        self.text = text
        self.at = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What stands here, passed over."""
        hit = pattern.match(self.text, self.at)
        if hit is not None:
            self.at = hit.end()
        return hit

    def find(self, what: str, start: int) -> int:
        """Where it stands next.

        Raises:
            UnreadableError: nowhere.
        """
        place = self.text.find(what, start)
        if place < 0:
            raise UnreadableError
        return place

    def commands(self, *, inside: bool, depth: int) -> list[Command]:
        """All up to the end, or up to the bracket that ends a substitution, which is passed over.

        Raises:
            UnreadableError: it has no end, or lies too deep.
        """
        if depth > DEEPEST:
            raise UnreadableError
        list_of = Listing()
        brackets = 0
        while self.at < len(self.text):
            if self.take(BLANK) or self.take(COMMENT):
                continue
            if self.text[self.at] == "\n":
                self.at += 1
                self.documents(list_of.waiting)
                list_of.operator("\n")
            elif hit := self.take(REDIRECTION):
                self.redirect(list_of, hit, depth)
            elif hit := self.take(OPERATOR):
                if hit.group() == ")":
                    if inside and not brackets:
                        return list_of.done()
                    brackets = max(0, brackets - 1)
                brackets += hit.group() == "("
                list_of.operator(hit.group())
            else:
                list_of.current.words.append(self.word(depth)[0])
        if inside:
            raise UnreadableError
        return list_of.done()

    def redirect(self, list_of: "Listing", hit: re.Match[str], depth: int) -> None:
        """Nothing; the redirection was put to the command."""
        number, symbol = hit.groups()
        self.take(BLANK)
        value, quoted = self.word(depth)
        current = list_of.current
        if symbol in {"<<", "<<-"}:
            if value is None:
                raise UnreadableError
            document = Document(value, not quoted, symbol == "<<-")
            list_of.waiting.append(document)
            if number in {"", "0"}:
                current.document, current.fed = document, False
        elif symbol[0] == "<":
            current.document, current.fed = None, True
        elif symbol != ">&" or value is None or not DIGITS.match(value):
            own = number in {"", "1", "&"}
            current.targets.append((("" if own else number) + (">>" if symbol == ">>" else ">"), value))

    def documents(self, waiting: list[Document]) -> None:
        """Nothing; the texts of here-documents that begin on this line were read."""
        for one in waiting:
            lines: list[str] = []
            ended = False
            while self.at < len(self.text) and not ended:
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                row = self.text[self.at : end]
                self.at = min(end + 1, len(self.text))
                row = row.lstrip("\t") if one.indented else row
                ended = row.removesuffix("\r") == one.delimiter
                if not ended:
                    lines.append(row + "\n")
            if ended:
                text = "".join(lines)
                one.text = expanded(text) if one.expands else text
        waiting.clear()

    def word(self, depth: int) -> tuple[str | None, bool]:
        """A word without its quotes, None where a shell would put something else in its place; whether it is quoted.

        Raises:
            UnreadableError: a quote or bracket has no end, or there is no word.
        """
        start, parts, quoted = self.at, list[str | None](), False
        while self.at < len(self.text):
            if hit := self.take(PLAIN):
                parts.append(hit.group())
                continue
            symbol = self.text[self.at]
            if symbol in "'\"\\":
                quoted = True
                parts.append(self.quote(symbol, depth))
            elif symbol in "$`":
                parts.append(self.dollar(depth, quoted=False))
            elif symbol in "*?":
                self.at += 1
                parts.append(None)
            elif symbol in "{~":
                parts.append(self.brace() if symbol == "{" else symbol)
                self.at += 1
            else:
                break
        if self.at == start:
            raise UnreadableError
        return joined(parts), quoted

    def brace(self) -> str | None:
        """The bracket that stands here; None where it begins a choice of words, as in ``{a,b}``."""
        hit = BRACES.match(self.text, self.at)
        return None if hit and ("," in hit.group() or ".." in hit.group()) else "{"

    def quote(self, symbol: str, depth: int) -> str | None:
        """What stands in quotes or behind a backslash."""
        self.at += 1
        if symbol == "'":
            end = self.find("'", self.at)
            text, self.at = self.text[self.at : end], end + 1
            return text
        if symbol == "\\":
            self.at += 1
            text = self.text[self.at - 1 : self.at]
            return "" if text == "\n" else text
        parts: list[str | None] = []
        while True:
            if hit := self.take(IN_QUOTES):
                parts.append(hit.group())
            here = self.text[self.at : self.at + 1]
            if not here:
                raise UnreadableError
            if here == '"':
                self.at += 1
                return joined(parts)
            if here == "\\":
                after = self.text[self.at + 1 : self.at + 2]
                parts.append("" if after == "\n" else after if after in ESCAPED_IN_QUOTES else here + after)
                self.at += 2
            else:
                parts.append(self.dollar(depth, quoted=True))

    def dollar(self, depth: int, *, quoted: bool) -> str | None:
        """Nothing but for a lone ``$``, passed over: a variable, a substitution, a text with escapes."""
        text, start = self.text, self.at
        self.at += 1
        if text[start] == "`":
            while (place := self.find("`", self.at)) and text[place - 1] == "\\":
                self.at = place + 1
            self.at = place + 1
        elif text.startswith("$((", start):
            self.at = self.find("))", self.at) + 2
        elif text.startswith("$(", start):
            self.at += 1
            self.commands(inside=True, depth=depth + 1)
        elif text.startswith("${", start):
            self.at = self.find("}", self.at) + 1
        elif not quoted and text.startswith(("$'", '$"'), start):
            self.escapes()
        elif not NAME.match(text, self.at):
            return "$"
        return None

    def escapes(self) -> None:
        """Nothing; a text in which backslashes mean something was passed over."""
        end = self.text[self.at]
        self.at += 1
        while (here := self.text[self.at : self.at + 1]) != end:
            if not here:
                raise UnreadableError
            self.at += 2 if here == "\\" else 1
        self.at += 1


class Listing:
    """The commands found so far, and here-documents whose texts are yet to come."""

    def __init__(self) -> None:
        """None."""
        self.found: list[Command] = []
        self.current = Command()
        self.waiting: list[Document] = []

    def operator(self, symbol: str) -> None:
        """Nothing; the current command has ended."""
        symbol = SAME.get(symbol, symbol)
        current = self.current
        some = bool(current.words or current.targets or current.document or current.bracket)
        if symbol == "(":
            if some:  # `name ()` begins a function, `x=(` a list
                current.words.append("(")
                return
            self.found.append(Command(current.op, bracket="("))
            self.current = Command()
        elif symbol == ")":
            if some:
                self.found.append(current)
            self.current = Command(bracket=")")
        elif some:
            self.found.append(current)
            self.current = Command(symbol)
        elif symbol != ";" or not current.op:
            current.op = symbol if self.found else ""

    def done(self) -> list[Command]:
        """All of them."""
        current = self.current
        if current.words or current.targets or current.document or current.bracket or current.op == "&":
            self.found.append(current)
        return self.found


def joined(parts: list[str | None]) -> str | None:
    """The parts together; None where one is not known."""
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else None


def expanded(text: str) -> str | None:
    r"""The text of a here-document whose delimiter is bare; None where something is put in.

    >>> expanded("a \\$b costs 5$\n"), expanded("$HOME\n")
    ('a $b costs 5$\n', None)
    """
    if any(hit.group(1) is None for hit in EXPANDED.finditer(text)):
        return None
    return EXPANDED.sub(lambda hit: hit.group(1).replace("\n", ""), text)
