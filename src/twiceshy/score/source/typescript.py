"""What TypeScript source defines and uses: what JavaScript's module reads, and what types add to it."""

from typing import TYPE_CHECKING

from twiceshy.score.source import javascript
from twiceshy.score.source.language_support import DefinitionContext
from twiceshy.score.source.symbols import Definition, DefinitionKind, last_line_of, line_of, text_of

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
_TYPES = frozenset(("interface_declaration", "type_alias_declaration", "enum_declaration"))
_SIGNATURES = frozenset(("function_signature", "method_signature", "abstract_method_signature"))

finish = javascript.finish
read_name = javascript.read_name
read_call = javascript.read_call
read_imports = javascript.read_imports


def define(node: "Node", around: DefinitionContext) -> list[Definition]:
    """Return the definition that a node is."""
    if node.type not in _TYPES and node.type not in _SIGNATURES:
        return javascript.define(node, around)
    types = node.type in _TYPES
    return [
        Definition(
            name=text_of(node.child_by_field_name("name")),
            kind=DefinitionKind.TYPE if types else DefinitionKind.SIGNATURE,
            owner=around.owner,
            line=line_of(node),
            last_line=last_line_of(node),
            parameters=None if types else javascript.parameters_of(node),
        )
    ]
