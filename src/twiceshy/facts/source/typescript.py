"""What TypeScript source defines and uses: JavaScript's leaf, and what types add to it."""

from typing import TYPE_CHECKING

from twiceshy.facts.source import javascript
from twiceshy.facts.source.leaf import Around
from twiceshy.facts.source.nodes import last_line_of, line_of, text_of
from twiceshy.facts.source.shapes import Definition, Kind

if TYPE_CHECKING:
    from tree_sitter import Node

DEFINES = (
    javascript.SHARED_DEFINES.replace("(class name: (identifier)) @d", "(class name: (type_identifier)) @d")
    + """
(public_field_definition value: [(function_expression) (arrow_function)]) @d
(abstract_class_declaration) @d
(interface_declaration) @d
(type_alias_declaration) @d
(enum_declaration) @d
(function_signature) @d
(method_signature) @d
(abstract_method_signature) @d
"""
)
USES = (
    javascript.SHARED_USES
    + """
(type_identifier) @name
(class_declaration name: (type_identifier) @other)
(abstract_class_declaration name: (type_identifier) @other)
(interface_declaration name: (type_identifier) @other)
(type_alias_declaration name: (type_identifier) @other)
(enum_declaration name: (identifier) @other)
(required_parameter pattern: (identifier) @bound)
(optional_parameter pattern: (identifier) @bound)
"""
)
SCOPES = javascript.SCOPES
TYPES = frozenset(("interface_declaration", "type_alias_declaration", "enum_declaration"))
SIGNATURES = frozenset(("function_signature", "method_signature", "abstract_method_signature"))

finish = javascript.finish
named = javascript.named
call = javascript.call
imports = javascript.imports


def define(node: "Node", around: Around) -> list[Definition]:
    """The definition that a node is."""
    if node.type not in TYPES and node.type not in SIGNATURES:
        return javascript.define(node, around)
    types = node.type in TYPES
    return [
        Definition(
            name=text_of(node.child_by_field_name("name")), kind=Kind.TYPE if types else Kind.SIGNATURE,
            owner=around.owner, line=line_of(node), last_line=last_line_of(node),
            parameters=None if types else javascript.parameters_of(node),
        )
    ]  # fmt: skip
