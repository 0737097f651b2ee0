"""What every language's module answers; ``structure`` asks and does what is the same for all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from tree_sitter import Node

    from twiceshy.score.source.symbols import Definition, FunctionCall, Import


class QualifiedName(NamedTuple):
    """A name in the text."""

    name: str
    receiver: str
    node: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionContext:
    """What a definition stands in."""

    owner: str = ""
    in_function: bool = False
    """Anywhere in one: nobody outside sees it."""
    in_class: bool = False
    """Directly in one."""
    decorators: "tuple[Node, ...]" = ()


class LanguageSupport(Protocol):
    """A module that knows one family of languages. Patterns are tree-sitter's queries."""

    DEFINES: str
    """Captures ``d``, and ``decorated`` around some of them."""
    USES: str
    """Captures ``call``, ``awaited``, ``import``, ``name``, ``dotted``, ``other`` (names that are no references),
    ``scope`` (functions, named or not) and ``bound``."""
    SCOPES: frozenset[str]
    """Node types that own what is defined in them."""

    def define(self, node: "Node", around: DefinitionContext, /) -> "list[Definition]":
        """Return the definitions that a node is: none, one or several."""
        ...

    def finish(self, captured: "dict[str, list[Node]]", made: "list[Definition]", /) -> "list[Definition]":
        """Return all definitions of a text once more, with what only the captures together tell."""
        ...

    def read_name(self, node: "Node") -> QualifiedName | None:
        """Read the name of a ``dotted`` node."""
        ...

    def read_call(self, node: "Node", *, awaited: bool) -> "FunctionCall | None":
        """Read a call; None where what is called has no name."""
        ...

    def read_imports(self, node: "Node") -> "list[Import]":
        """Read what a statement brings in."""
        ...
