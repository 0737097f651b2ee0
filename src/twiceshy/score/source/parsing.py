"""A text's syntax tree, in bounded time and memory whatever the text is.

The texts are not ours: one may be 50 MB, binary, or a million open brackets. Size and NUL are looked at first, and the
parser is asked to stop when it has used its CPU time. The time is the thread's CPU time, not the wall's, so that a
loaded machine gives the same answer.
"""

import importlib
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from twiceshy.score.source.languages import LANGUAGES

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

_LARGEST = 1 << 20
"""Characters: larger files are generated or data (guess, 2026-11-21); a million brackets take half a second."""
_BUDGET_S = 2.0
"""CPU seconds of one parse: ordinary code takes .2 s a megabyte (guess, 2026-11-21)."""
_DEEPEST = 250
"""Levels of nodes: written code has under a hundred; a search in a tree costs nodes times depth (guess, 2026-11-21)."""
_WIDEST_FAULT = 2000
"""Pieces that could not be put together: a search costs the square of them (measured 2026-11-21: 40,000 brackets,
1.4 s)."""
_PIECE = 1 << 16
"""Bytes that the parser is given at once, between two looks at the clock (guess, 2026-11-21)."""
_SHORT = 1 << 16
"""Bytes that are parsed without a stop: the worst text tried (quotes only, TSX) takes the square, here .3 s
(measured 2026-11-21)."""
_GRAMMARS = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "go": ("tree_sitter_go", "language"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxTree:
    """A parsed text."""

    language: str
    root: "Node"
    data: bytes
    """The text in UTF-8, to which the nodes' byte offsets refer."""
    broken: bool
    """A part of it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """A tree, or why there is none.

    ``language``, ``missing`` (no parser), ``binary``, ``too-large``, ``too-deep``, ``unparsed``, ``timeout``.
    """

    tree: SyntaxTree | None = None
    unknown: str = ""


def parse(language: str, text: str, *, budget_s: float = _BUDGET_S) -> ParseResult:
    """Parse a whole text in one of ``LANGUAGES`` within ``budget_s`` CPU seconds; it never raises."""
    if language not in LANGUAGES:
        return ParseResult(unknown="language")
    if len(text) > _LARGEST:
        return ParseResult(unknown="too-large")
    if "\0" in text:
        return ParseResult(unknown="binary")
    try:
        grammar = _grammar_of(language)
    except (ImportError, OSError, ValueError):  # no wheel for this platform, or one that does not fit the library
        return ParseResult(unknown="missing")
    data = text.encode("utf-8", "replace")
    root = _parse_root(grammar, data, budget_s)
    if root is None:
        return ParseResult(unknown="timeout")
    if unknown := _find_odd_shape(root, broken=root.has_error):
        return ParseResult(unknown=unknown)
    return ParseResult(tree=SyntaxTree(language=language, root=root, data=data, broken=root.has_error))


def _parse_root(grammar: "Language", data: bytes, budget_s: float) -> "Node | None":
    """Return the root; None where it would take too long.

    A tree of bytes gives its nodes' texts forty times as fast as one that was fed in pieces, but only the latter can be
    stopped. So a long text is fed in pieces first, to see that it ends.
    """
    from tree_sitter import Parser  # noqa: PLC0415  # lazily, as said above

    if len(data) > _SHORT or budget_s < _BUDGET_S:
        end = time.thread_time() + budget_s
        try:
            Parser(grammar).parse(
                lambda offset, _point: data[offset : offset + _PIECE],
                progress_callback=lambda _offset, _error: time.thread_time() > end,
            )
        except ValueError:  # how the library says that it was stopped
            return None
    return Parser(grammar).parse(data).root_node


def _find_odd_shape(root: "Node", *, broken: bool) -> str:
    """Return why a search in the tree would take too long: ``too-deep``, ``unparsed``; empty where it would not."""
    cursor, depth = root.walk(), 0
    while depth <= _DEEPEST:
        if broken and (node := cursor.node) is not None and node.is_error and node.child_count > _WIDEST_FAULT:
            return "unparsed"
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return ""
            depth -= 1
    return "too-deep"


@cache
def _grammar_of(language: str) -> "Language":
    """Load the grammar, once.

    Raises:
        ImportError: its wheel is not installed.
        ValueError: the wheel is too old or too new for the library.
    """
    from tree_sitter import Language  # noqa: PLC0415

    module, function = _GRAMMARS[language]
    return Language(getattr(importlib.import_module(module), function)())


@cache
def _query_of(language: str, pattern: str) -> "Query":
    """Compile a pattern; patterns are constants of the languages' modules, so few."""
    from tree_sitter import Query  # noqa: PLC0415

    return Query(_grammar_of(language), pattern)


def find_captures(tree: SyntaxTree, pattern: str) -> "dict[str, list[Node]]":
    """Return nodes by the name that the pattern gives them, in the order in which they begin."""
    from tree_sitter import QueryCursor  # noqa: PLC0415

    found = QueryCursor(_query_of(tree.language, pattern)).captures(tree.root)
    for nodes in found.values():
        nodes.sort(key=lambda node: (node.start_byte, -node.end_byte))
    return found
