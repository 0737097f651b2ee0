"""The simple commands of a whole line as bash's grammar reads them: words, redirections, here-documents, conditions.

``head_reader`` names what a line does and passes over what it does not understand. Here texts and statuses are taken
from a line, so that nothing may be guessed: where the grammar finds an error anywhere, nothing is known of the line,
and a word that only a shell can tell (``$X``, ``*``) is None. So only whole lines may be read: one that was cut short
for a table's column is mostly an error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MOST_CHARACTERS = 1 << 16
"""Characters of a line that is read (guess, 2026-11-21: the longest real one seen has 8,231)."""
_MOST_PIPES, _MOST_BARS = 1_000, 4_000
"""Bars in a line, and in one with a here-document, which may hold a table. The parser's time grows with their square
where the line then proves to be none: 4,000 take .4 s (measured 2026-11-22)."""
_DEEPEST = 60
"""Levels of nodes within nodes that are followed (guess, 2026-11-22: real lines have under thirty)."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPE_IN_QUOTES = re.compile(r'\\([$`"\\\n])')
_EXPANDED = re.compile(r"\\([$`\\\n])|`|\$[A-Za-z_0-9{(@*#?$!-]")
_CHOICE = re.compile(r"\{[^\s{}'\"]*(?:,|\.\.)[^\s{}'\"]*\}")
_SPECIAL = re.compile(r"[*?{\\]")
_GLOB = re.compile(r"(?<!\\)[*?]")
_DIGITS = re.compile(r"\d*-?\Z")
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_COMMANDS = frozenset({"command", "declaration_command", "unset_command", "test_command"})
_CONDITIONAL = frozenset(
    {
        "if_statement",
        "elif_clause",
        "else_clause",
        "while_statement",
        "for_statement",
        "c_style_for_statement",
        "do_group",
        "case_statement",
        "case_item",
        "function_definition",
    }
)
"""What may run what it holds several times, later, or never."""
_QUOTED_TEXT = frozenset({'"', "string_content", "$"})
_PLAIN_WORDS = frozenset({"word", "number", "variable_name", "test_operator"})
_OPERATORS = {"&&": "&&", "||": "||", "|": "|", "|&": "|"}


@dataclass(slots=True)
class ShellCommand:
    """One simple command, or what begins or ends a group of them."""

    op: str = ""
    """What stands before it: empty, ``;``, ``&``, ``&&``, ``||``, ``|``."""
    words: list[str | None] = field(default_factory=list)
    """As the program gets them, from the program on; None where only a shell can tell."""
    raw: list[str] = field(default_factory=list)
    """The same as they are written, with a mark for each substitution."""
    targets: list[tuple[str, str | None]] = field(default_factory=list)
    """Redirections of output to files: ``>``, ``>>`` or ``2>`` for any but the standard one, and the file."""
    reads_document: bool = False
    document: str | None = None
    """The here-document that it reads, as the program gets it; None where that depends on variables or commands."""
    fed: bool = False
    """It reads something else than a pipe or a here-document."""
    bracket: str = ""
    """``(``, ``)``, ``{`` or ``}``; ``fi`` ends any condition or loop. Such a command has no words."""
    conditional: bool = False
    """It stands in a condition, a loop or a function."""
    inner: list[list["ShellCommand"]] = field(default_factory=list)
    """The commands in its substitutions."""


class _UnreadableLineError(Exception):
    """The grammar does not take the line, or it is too deep to be followed."""


def parse_commands(line: str) -> list[ShellCommand] | None:
    """Return the simple commands in order, None where the grammar does not take the line.

    An ``&`` at the end gives a last one without words.

    >>> [(one.op, one.words) for one in parse_commands("cd web && cat 'a b' $X") or ()]
    [('', ['cd', 'web']), ('&&', ['cat', 'a b', None])]
    """
    if len(line) > MOST_CHARACTERS or line.count("|") > (_MOST_BARS if "<<" in line else _MOST_PIPES):
        return None
    parser = _load_parser()
    if parser is None:
        return None
    data = line.encode("utf-8", "replace")
    root = parser.parse(data).root_node
    if root.has_error:
        return None
    try:
        found = list(_TreeWalk(data).statements(root, "", 0))
    except _UnreadableLineError:
        return None
    if root.children and root.children[-1].type == "&":
        found.append(ShellCommand("&"))
    return found


@cache
def _load_parser() -> "Parser | None":
    """Return bash's parser, loaded with the first line; None where there is no wheel of it for this platform."""
    try:
        import tree_sitter_bash  # noqa: PLC0415  # as above
        from tree_sitter import Language, Parser  # noqa: PLC0415

        return Parser(Language(tree_sitter_bash.language()))
    except (ImportError, OSError, ValueError):  # ValueError: one that does not fit the library
        return None


class _TreeWalk:
    """A tree, gone through from statement to statement."""

    def __init__(self, data: bytes) -> None:
        """Start with the text in UTF-8."""
        self.data = data
        self.conditions = 0

    def text(self, node: "Node") -> str:
        """Return what a node is written as."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def line(self, start: int) -> str:
        """Return the line that begins there, without its end."""
        end = self.data.find(b"\n", start)
        return self.data[start : end if end >= 0 else len(self.data)].decode("utf-8", "replace").rstrip("\r")

    def statements(self, node: "Node", op: str, depth: int) -> Iterator[ShellCommand]:
        """Yield the commands of what a node holds one after the other; ``op`` stands before the first."""
        if depth > _DEEPEST:
            raise _UnreadableLineError
        for child in node.children:
            if child.type == "&":
                op = "&"
            elif child.is_named:
                found = list(self.visit(child, op, depth + 1))
                yield from found
                op = ";" if found else op

    def visit(self, node: "Node", op: str, depth: int) -> Iterator[ShellCommand]:
        """Yield the commands of a statement; nothing for what is none."""
        kind = node.type
        if kind in _COMMANDS:
            yield self.command(node, op, depth)
        elif kind in {"variable_assignment", "variable_assignments"}:
            yield ShellCommand(op, conditional=self.conditions > 0, inner=self.inner_of(node, depth))
        elif kind in {"list", "pipeline"}:
            yield from self.chain(node, op, depth)
        elif kind == "negated_command":
            yield from self.statements(node, op, depth)
        elif kind == "redirected_statement":
            yield from self.redirected(node, op, depth)
        elif kind in {"subshell", "compound_statement"}:
            opening, closing = "()" if kind == "subshell" else "{}"
            yield ShellCommand(op, bracket=opening, conditional=self.conditions > 0)
            yield from self.statements(node, op, depth)
            yield ShellCommand(bracket=closing, conditional=self.conditions > 0)
        elif kind in _CONDITIONAL:
            yield from self.condition(node, op, depth)

    def condition(self, node: "Node", op: str, depth: int) -> Iterator[ShellCommand]:
        """Yield the commands in a condition, a loop or a function, and what ends it."""
        self.conditions += 1
        yield from self.statements(node, op, depth)
        self.conditions -= 1
        yield ShellCommand(op, bracket="fi", conditional=self.conditions > 0)

    def chain(self, node: "Node", op: str, depth: int) -> Iterator[ShellCommand]:
        """Yield the commands of a list or a pipeline."""
        if depth > _DEEPEST:
            raise _UnreadableLineError
        for child in node.children:
            if child.type in _OPERATORS:
                op = _OPERATORS[child.type]
            elif child.is_named:
                yield from self.visit(child, op, depth + 1)

    def command(self, node: "Node", op: str, depth: int) -> ShellCommand:
        """Return a simple command."""
        found = ShellCommand(op, conditional=self.conditions > 0, inner=self.inner_of(node, depth))
        for child in node.children:
            if child.type.endswith("_redirect"):
                self.redirect(found, child)
            elif child.type != "variable_assignment" or found.raw:
                self.add_word(found, child)
        return found

    def add_word(self, found: ShellCommand, node: "Node") -> None:
        """Append a word to a command."""
        found.words.append(self.value(node))
        found.raw.append(self.marked(node))

    def redirected(self, node: "Node", op: str, depth: int) -> Iterator[ShellCommand]:
        """Yield the commands of a statement, the last with its redirections, and what stands behind a here-document."""
        body = node.child_by_field_name("body")
        found = list(self.visit(body, op, depth + 1)) if body else [ShellCommand(op, conditional=self.conditions > 0)]
        if not found:
            raise _UnreadableLineError
        behind: list[ShellCommand] = []
        for one in node.children_by_field_name("redirect"):
            self.redirect(found[-1], one)
            found[-1].inner += self.inner_of(one, depth, but="pipeline")
            behind += self.behind_document(one, depth)
        yield from found
        yield from behind

    def behind_document(self, node: "Node", depth: int) -> Iterator[ShellCommand]:
        """Yield what follows a here-document's mark on its line: a pipe, or a list."""
        op = ""
        for child in node.children if node.type == "heredoc_redirect" else ():
            if child.type in _OPERATORS:
                op = _OPERATORS[child.type]
            elif child.type == "pipeline" or (op and child.is_named and not child.type.startswith("heredoc_")):
                yield from self.visit(child, op, depth + 1)

    def redirect(self, found: ShellCommand, node: "Node") -> None:
        """Add a redirection to a command."""
        if node.type == "heredoc_redirect":
            self.add_document(found, node)
            return
        if node.type == "herestring_redirect":
            found.reads_document, found.document, found.fed = False, None, True
            return
        files = node.children_by_field_name("destination")
        descriptor = node.child_by_field_name("descriptor")
        number = self.text(descriptor) if descriptor else ""
        symbol = next((child.type for child in node.children if not child.is_named), "")
        for more in files[1:]:  # the grammar takes the words behind a file for further files
            self.add_word(found, more)
        value = self.value(files[0]) if files else None
        if symbol[:1] == "<":
            found.reads_document, found.document, found.fed = False, None, True
        elif files and not (symbol == ">&" and value is not None and _DIGITS.match(value)):
            own = "" if number in {"", "1"} else number
            found.targets.append((own + (">>" if symbol[-2:] == ">>" else ">"), value))

    def add_document(self, found: ShellCommand, node: "Node") -> None:
        """Add a here-document to a command, and the redirections and words behind its mark."""
        start = next(child for child in node.children if child.type == "heredoc_start")
        mark = self.text(start)
        if not any(child.type == "heredoc_redirect" for child in node.children):
            found.document = self.document(node, mark, indented=node.children[0].type == "<<-")
            found.reads_document, found.fed = True, False
        for child in node.children:
            if child.type == "file_redirect":
                self.redirect(found, child)
        for word in node.children_by_field_name("argument"):
            self.add_word(found, word)

    def document(self, node: "Node", mark: str, *, indented: bool) -> str | None:
        """Return a here-document's text as the program gets it; None where something is put in.

        Raises:
            _UnreadableLineError: the line that ends it is another than its mark says.
        """
        body = next((place for place, child in enumerate(node.children) if child.type == "heredoc_body"), -1)
        first = self.data.find(b"\n", node.children[body - 1].end_byte) + 1  # the node leaves out the first blanks
        last = self.data.rfind(b"\n", 0, node.end_byte) + 1
        lines = self.data[first : max(first, last)].decode("utf-8", "replace").split("\n")[:-1]
        end = self.line(last)
        if indented:
            lines, end = [line.lstrip("\t") for line in lines], end.lstrip("\t")
        delimiter = mark.strip("'\"").lstrip("\\")
        if end != delimiter or delimiter in lines:  # the grammar also ends it at a line that only begins so
            raise _UnreadableLineError
        text = "".join(line + "\n" for line in lines)
        return text if mark[0] in "'\"\\" else expand_heredoc(text)

    def value(self, node: "Node") -> str | None:
        """Return a word as the program gets it; None where only a shell can tell."""
        kind, text = node.type, self.text(node)
        if kind == "command_name":
            return self.value(node.children[0]) if node.child_count == 1 else None
        if kind == "raw_string":
            return text[1:-1]
        if kind == "string":
            known = all(child.type in _QUOTED_TEXT for child in node.children)
            return _ESCAPE_IN_QUOTES.sub(lambda hit: hit[1].replace("\n", ""), text[1:-1]) if known else None
        if kind == "concatenation":
            return None if _CHOICE.search(text) else self.join(node)
        return _unescape(text) if kind in _PLAIN_WORDS or not node.is_named else None

    def join(self, node: "Node") -> str | None:
        """Return the parts of a word as one; None where one of them is not known."""
        parts = [self.value(child) for child in node.children]
        known = [part for part in parts if part is not None]
        return "".join(known) if len(known) == len(parts) else None

    def marked(self, node: "Node") -> str:
        """Return a word as it is written, with a mark for each substitution."""
        text = self.text(node)
        if "$(" not in text and "`" not in text and "(" not in text:
            return text
        spans = [(one.start_byte, one.end_byte) for one in self.substitutions(node, 0)]
        parts, at = [], node.start_byte
        for number, (start, end) in enumerate(spans):
            parts += [self.data[at:start].decode("utf-8", "replace"), f"\x01{number}\x02"]
            at = end
        return "".join([*parts, self.data[at : node.end_byte].decode("utf-8", "replace")])

    def substitutions(self, node: "Node", depth: int, but: str = "") -> Iterator["Node"]:
        """Yield the outermost substitutions in a node, those of commands that it holds left out."""
        if depth > _DEEPEST:
            raise _UnreadableLineError
        for child in [node] if node.type in _SUBSTITUTIONS else node.children:
            if child.type in _SUBSTITUTIONS:
                yield child
            elif child.child_count and child.type != but:
                yield from self.substitutions(child, depth + 1, but)

    def inner_of(self, node: "Node", depth: int, but: str = "") -> list[list[ShellCommand]]:
        """Return the commands of each outermost substitution in a node."""
        text = self.data[node.start_byte : node.end_byte]
        if b"$(" not in text and b"`" not in text and b"(" not in text:
            return []
        found = []
        for one in self.substitutions(node, depth, but):
            kept, self.conditions = self.conditions, 0
            found.append(list(self.statements(one, "", depth + 1)))
            self.conditions = kept
        return found


def _unescape(word: str) -> str | None:
    """Return a word without its backslashes; None where it stands for files or for several words."""
    if not _SPECIAL.search(word):
        return word
    unknown = _GLOB.search(word) or _CHOICE.search(word)
    return None if unknown else _ESCAPE.sub(lambda hit: hit[1].replace("\n", ""), word)


def expand_heredoc(text: str) -> str | None:
    r"""Return the text of a here-document whose delimiter is bare; None where something is put in.

    >>> expand_heredoc("a \\$b costs 5$\n"), expand_heredoc("$HOME\n")
    ('a $b costs 5$\n', None)
    """
    if any(hit.group(1) is None for hit in _EXPANDED.finditer(text)):
        return None
    return _EXPANDED.sub(lambda hit: hit.group(1).replace("\n", ""), text)
