"""A command line as the shell reads it: simple commands, words as far as they are plain, and their here-documents.

``facts.shell`` needs names and passes over what it does not understand. Here texts are taken from the line, so that it
is read as a shell would: a line that no shell takes (an open quote, brackets without end) is no commands at all. Each
character is looked at once, nested substitutions included; what only a shell can tell (``$X``, ``*``) is None.
"""

import re
from dataclasses import dataclass, field

MOST_CHARACTERS = 1 << 18
"""A longer line is not read. Guess: the longest real one seen has 8,000."""
_DEEPEST = 30
"""Substitutions within substitutions (guess)."""

_REDIRECTION = re.compile(r"(\d*|&)(>>|>\||>&|<&|<<<|<<-|<<|<>|>|<)")
_OPERATOR = re.compile(r"&&|\|\||\|&|;;&?|;&|[;|&()]")
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_PLAIN = re.compile(r"[^\s'\"\\`$;|&()<>*?{~]+")
_IN_QUOTES = re.compile(r"[^\"\\`$]+")
_NAME = re.compile(r"[A-Za-z_0-9{(@*#?$!-]")
_EXPANDED = re.compile(r"\\([$`\\\n])|`|\$[A-Za-z_0-9{(@*#?$!-]")
_BRACES = re.compile(r"\{[^\s{}'\"]*+\}")
_DIGITS = re.compile(r"\d*-?\Z")
_ESCAPED_IN_QUOTES = frozenset('$`"\\')
_SAME = {"\n": ";", ";;": ";", ";&": ";", ";;&": ";", "|&": "|"}


class _UnreadableLineError(Exception):
    """No shell takes the line, or it is too deep to be read."""


@dataclass(slots=True)
class _HereDocument:
    """A here-document."""

    delimiter: str
    expands: bool
    indented: bool
    text: str | None = None
    """As the program gets it; None where that depends on variables or commands, or it has no end."""


@dataclass(slots=True)
class ShellCommand:
    """One simple command, or a bracket that opens or closes a shell of its own."""

    op: str = ""
    """What stands before it: empty, ``;``, ``&``, ``&&``, ``||``, ``|``."""
    words: list[str | None] = field(default_factory=list)
    targets: list[tuple[str, str | None]] = field(default_factory=list)
    """Redirections of output to files: ``>``, ``>>`` or ``2>`` for any but the standard one, and the file."""
    document: _HereDocument | None = None
    """What it reads."""
    fed: bool = False
    """It reads something else than a pipe or a here-document."""
    bracket: str = ""
    """``(`` or ``)``; such a command has no words, though ``)`` may have targets."""


def parse_commands(line: str) -> list[ShellCommand]:
    """Return the simple commands in order; an ``&`` at the end gives a last one without words.

    >>> [(one.op, one.words) for one in parse_commands("cd web && cat 'a b' $X")]
    [('', ['cd', 'web']), ('&&', ['cat', 'a b', None])]
    """
    if len(line) > MOST_CHARACTERS:
        return []
    try:
        return _LineParser(line).read_commands(inside=False, depth=0)
    except _UnreadableLineError:
        return []


class _LineParser:
    """A line and how far it was read."""

    def __init__(self, text: str) -> None:
        """Start at the beginning of ``text``."""
        self.text = text
        self.at = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what matches here and move behind it; None where nothing does."""
        hit = pattern.match(self.text, self.at)
        if hit is not None:
            self.at = hit.end()
        return hit

    def find(self, what: str, start: int) -> int:
        """Return where ``what`` stands next.

        Raises:
            _UnreadableLineError: nowhere.
        """
        place = self.text.find(what, start)
        if place < 0:
            raise _UnreadableLineError
        return place

    def read_commands(self, *, inside: bool, depth: int) -> list[ShellCommand]:
        """Read all up to the end, or up to the bracket that ends a substitution, and move behind that.

        Raises:
            _UnreadableLineError: it has no end, or lies too deep.
        """
        if depth > _DEEPEST:
            raise _UnreadableLineError
        list_of = _CommandList()
        brackets = 0
        while self.at < len(self.text):
            if self.take(_BLANK) or self.take(_COMMENT):
                continue
            if self.text[self.at] == "\n":
                self.at += 1
                self.read_documents(list_of.waiting)
                list_of.end_command("\n")
            elif hit := self.take(_REDIRECTION):
                self.redirect(list_of, hit, depth)
            elif hit := self.take(_OPERATOR):
                if hit.group() == ")":
                    if inside and not brackets:
                        return list_of.finish()
                    brackets = max(0, brackets - 1)
                brackets += hit.group() == "("
                list_of.end_command(hit.group())
            else:
                list_of.current.words.append(self.read_word(depth)[0])
        if inside:
            raise _UnreadableLineError
        return list_of.finish()

    def redirect(self, list_of: "_CommandList", hit: re.Match[str], depth: int) -> None:
        """Add the redirection to the current command."""
        number, symbol = hit.groups()
        self.take(_BLANK)
        value, quoted = self.read_word(depth)
        current = list_of.current
        if symbol in {"<<", "<<-"}:
            if value is None:
                raise _UnreadableLineError
            document = _HereDocument(value, not quoted, symbol == "<<-")
            list_of.waiting.append(document)
            if number in {"", "0"}:
                current.document, current.fed = document, False
        elif symbol[0] == "<":
            current.document, current.fed = None, True
        elif symbol != ">&" or value is None or not _DIGITS.match(value):
            own = number in {"", "1", "&"}
            current.targets.append((("" if own else number) + (">>" if symbol == ">>" else ">"), value))

    def read_documents(self, waiting: list[_HereDocument]) -> None:
        """Read the texts of the here-documents that begin on this line."""
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
                one.text = expand_heredoc(text) if one.expands else text
        waiting.clear()

    def read_word(self, depth: int) -> tuple[str | None, bool]:
        """Read a word without its quotes, and whether it is quoted.

        The word is None where a shell would put something else in its place.

        Raises:
            _UnreadableLineError: a quote or bracket has no end, or there is no word.
        """
        start, parts, quoted = self.at, list[str | None](), False
        while self.at < len(self.text):
            if hit := self.take(_PLAIN):
                parts.append(hit.group())
                continue
            symbol = self.text[self.at]
            if symbol in "'\"\\":
                quoted = True
                parts.append(self.read_quote(symbol, depth))
            elif symbol in "$`":
                parts.append(self.skip_expansion(depth, quoted=False))
            elif symbol in "*?":
                self.at += 1
                parts.append(None)
            elif symbol in "{~":
                parts.append(self.read_brace() if symbol == "{" else symbol)
                self.at += 1
            else:
                break
        if self.at == start:
            raise _UnreadableLineError
        return _join_parts(parts), quoted

    def read_brace(self) -> str | None:
        """Return the bracket that stands here; None where it begins a choice of words, as in ``{a,b}``."""
        hit = _BRACES.match(self.text, self.at)
        return None if hit and ("," in hit.group() or ".." in hit.group()) else "{"

    def read_quote(self, symbol: str, depth: int) -> str | None:
        """Read what stands in quotes or behind a backslash."""
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
            if hit := self.take(_IN_QUOTES):
                parts.append(hit.group())
            here = self.text[self.at : self.at + 1]
            if not here:
                raise _UnreadableLineError
            if here == '"':
                self.at += 1
                return _join_parts(parts)
            if here == "\\":
                after = self.text[self.at + 1 : self.at + 2]
                parts.append("" if after == "\n" else after if after in _ESCAPED_IN_QUOTES else here + after)
                self.at += 2
            else:
                parts.append(self.skip_expansion(depth, quoted=True))

    def skip_expansion(self, depth: int, *, quoted: bool) -> str | None:
        """Skip a variable, a substitution or a text with escapes.

        The result is None, but ``$`` where it stands alone.
        """
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
            self.read_commands(inside=True, depth=depth + 1)
        elif text.startswith("${", start):
            self.at = self.find("}", self.at) + 1
        elif not quoted and text.startswith(("$'", '$"'), start):
            self.skip_escapes()
        elif not _NAME.match(text, self.at):
            return "$"
        return None

    def skip_escapes(self) -> None:
        """Skip a text in which backslashes mean something."""
        end = self.text[self.at]
        self.at += 1
        while (here := self.text[self.at : self.at + 1]) != end:
            if not here:
                raise _UnreadableLineError
            self.at += 2 if here == "\\" else 1
        self.at += 1


class _CommandList:
    """The commands found so far, and here-documents whose texts are yet to come."""

    def __init__(self) -> None:
        """Start without any."""
        self.found: list[ShellCommand] = []
        self.current = ShellCommand()
        self.waiting: list[_HereDocument] = []

    def end_command(self, symbol: str) -> None:
        """End the current command."""
        symbol = _SAME.get(symbol, symbol)
        current = self.current
        some = bool(current.words or current.targets or current.document or current.bracket)
        if symbol == "(":
            if some:  # `name ()` begins a function, `x=(` a list
                current.words.append("(")
                return
            self.found.append(ShellCommand(current.op, bracket="("))
            self.current = ShellCommand()
        elif symbol == ")":
            if some:
                self.found.append(current)
            self.current = ShellCommand(bracket=")")
        elif some:
            self.found.append(current)
            self.current = ShellCommand(symbol)
        elif symbol != ";" or not current.op:
            current.op = symbol if self.found else ""

    def finish(self) -> list[ShellCommand]:
        """Return all commands."""
        current = self.current
        if current.words or current.targets or current.document or current.bracket or current.op == "&":
            self.found.append(current)
        return self.found


def _join_parts(parts: list[str | None]) -> str | None:
    """Join the parts; None where one is not known."""
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else None


def expand_heredoc(text: str) -> str | None:
    r"""Return the text of a here-document whose delimiter is bare; None where something is put in.

    >>> expand_heredoc("a \\$b costs 5$\n"), expand_heredoc("$HOME\n")
    ('a $b costs 5$\n', None)
    """
    if any(hit.group(1) is None for hit in _EXPANDED.finditer(text)):
        return None
    return _EXPANDED.sub(lambda hit: hit.group(1).replace("\n", ""), text)
