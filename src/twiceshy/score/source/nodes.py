"""Small questions to a node of a syntax tree, the same in every language."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

_LONGEST_RECEIVER = 200
"""Bytes of a receiver that is spelled out: a chain of calls as long as its file would cost its square (guess,
2026-11-21)."""
_DOTTED = frozenset(
    (
        "identifier",
        "attribute",
        "member_expression",
        "selector_expression",
        "this",
        "super",
        "property_identifier",
        "field_identifier",
        "type_identifier",
        "nested_identifier",
        "private_property_identifier",
        "package_identifier",
    )
)
_COMPUTED = "()"


def text_of(node: "Node | None") -> str:
    """Return the node's text; empty without one."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def line_of(node: "Node") -> int:
    """Return the node's first line, from 1."""
    return node.start_point[0] + 1


def last_line_of(node: "Node") -> int:
    """Return the line in which the node's last character stands, from 1."""
    row, column = node.end_point
    return row + 1 if column or row == node.start_point[0] else row


def receiver_of(node: "Node | None") -> str:
    """Return a dotted name as it is written, ``()`` for anything else."""
    if node is None:
        return ""
    if node.type not in _DOTTED or node.end_byte - node.start_byte > _LONGEST_RECEIVER:
        return _COMPUTED
    text = text_of(node).replace("?.", ".")
    return text if text.replace(".", "").replace("_", "").replace("$", "").replace("#", "").isalnum() else _COMPUTED


def field_children(node: "Node", name: str) -> "list[Node]":
    """Return the children in a field."""
    return node.children_by_field_name(name)


def unquote(node: "Node | None") -> str:
    """Return a string literal's text without its quotes."""
    return text_of(node).strip("\"'`")


class NodeSpans:
    """Where nodes stand: tells whether a byte lies in one of them, asked in the order of the text."""

    def __init__(self, nodes: "Iterable[Node]") -> None:
        self.spans = sorted((node.start_byte, node.end_byte) for node in nodes)
        self.at = 0
        self.end = -1

    def __contains__(self, offset: int) -> bool:
        while self.at < len(self.spans) and self.spans[self.at][0] <= offset:
            self.end = max(self.end, self.spans[self.at][1])
            self.at += 1
        return offset < self.end
