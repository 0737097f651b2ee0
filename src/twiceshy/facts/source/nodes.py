"""Small questions to a node of a syntax tree, the same in every language."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

LONGEST = 200
"""Bytes of a receiver that is spelled out: a chain of calls as long as its file would cost its square (guess)."""
DOTTED = frozenset(("identifier", "attribute", "member_expression", "selector_expression", "this", "super",
                    "property_identifier", "field_identifier", "type_identifier", "nested_identifier",
                    "private_property_identifier", "package_identifier"))  # fmt: skip
COMPUTED = "()"


def text_of(node: "Node | None") -> str:
    """The node's text; empty without one."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def line_of(node: "Node") -> int:
    """From 1."""
    return node.start_point[0] + 1


def last_line_of(node: "Node") -> int:
    """From 1; the line in which the last character stands."""
    row, column = node.end_point
    return row + 1 if column or row == node.start_point[0] else row


def receiver_of(node: "Node | None") -> str:
    """A dotted name as it is written, ``()`` for anything else."""
    if node is None:
        return ""
    if node.type not in DOTTED or node.end_byte - node.start_byte > LONGEST:
        return COMPUTED
    text = text_of(node).replace("?.", ".")
    return text if text.replace(".", "").replace("_", "").replace("$", "").replace("#", "").isalnum() else COMPUTED


def fields(node: "Node", name: str) -> "list[Node]":
    """The children in a field."""
    return node.children_by_field_name(name)


def unquoted(node: "Node | None") -> str:
    """A string literal's text without its quotes."""
    return text_of(node).strip("\"'`")


class Inside:
    """Whether a byte lies in one of the given nodes; asked in the order of the text."""

    def __init__(self, nodes: "Iterable[Node]") -> None:
        self.spans = sorted((node.start_byte, node.end_byte) for node in nodes)
        self.at = 0
        self.end = -1

    def __contains__(self, offset: int) -> bool:
        while self.at < len(self.spans) and self.spans[self.at][0] <= offset:
            self.end = max(self.end, self.spans[self.at][1])
            self.at += 1
        return offset < self.end
