"""Which names the nodes of a syntax tree use and assign, read from the text beside the tree.

A node's own text is slow to get where the parser was fed in pieces, so offsets are used.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node

_IMPORTS = frozenset({"as_pattern_target", "delete_statement", "import_from_statement", "import_statement"})
_NO_TARGETS = frozenset({"call", "attribute", "comparison_operator", "keyword_argument", "binary_operator"})
"""Nodes that have a field called as those of assignments are."""


class SyntaxNames:
    """The names in one text, given in UTF-8."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def text_of(self, node: "Node") -> str:
        """Return the text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def name_of(self, node: "Node | None") -> str:
        """Return the text of a name; empty for anything else."""
        return self.text_of(node) if node is not None and node.type == "identifier" else ""

    def names_in(self, node: "Node") -> set[str]:
        """Return all names in a node."""
        return {self.text_of(one) for one in _walk(node) if one.type == "identifier"}

    def targets_in(self, node: "Node") -> set[str]:
        """Return the names that a node assigns, in any way."""
        found = set()
        for one in _walk(node):
            if one.type in _IMPORTS:
                found |= self.names_in(one)
            elif one.type not in _NO_TARGETS:
                for field in ("left", "name", "alias"):
                    target = one.child_by_field_name(field)
                    if target is not None:
                        found |= self.names_in(target)
        return found

    def stores_in(self, node: "Node", known: Mapping[str, Any]) -> set[str]:
        """Return the known lists and dicts that a node names."""
        held = {name for name, value in known.items() if isinstance(value, list | dict)}
        return self.names_in(node) & held if held else set()

    def outer_names_in(self, node: "Node") -> frozenset[str]:
        """Return names that a function, or one in it, declares as global or nonlocal."""
        found: set[str] = set()
        for one in _walk(node):
            if one.type in {"global_statement", "nonlocal_statement"}:
                found |= self.names_in(one)
        return frozenset(found)


def is_interpolated(node: "Node") -> bool:
    """Tell whether a string has parts that are computed."""
    return any(child.type == "interpolation" for child in node.named_children)


def _walk(node: "Node") -> Iterator["Node"]:
    """Yield the node and all below it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.named_children
