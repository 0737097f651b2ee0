"""What Python source defines and uses."""

from typing import TYPE_CHECKING

from twiceshy.score.source.language_support import DefinitionContext, QualifiedName
from twiceshy.score.source.symbols import (
    Definition,
    DefinitionKind,
    FunctionCall,
    Import,
    Parameter,
    ParameterRole,
    field_children,
    last_line_of,
    line_of,
    receiver_of,
    text_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

DEFINES = """
(decorated_definition) @decorated
(function_definition) @d
(class_definition) @d
(expression_statement (assignment left: (identifier)) @d)
(type_alias_statement) @d
"""
USES = """
(call) @call
(await (call) @awaited)
(import_statement) @import
(import_from_statement) @import
(identifier) @name
(attribute) @dotted
(keyword_argument name: (identifier) @other)
(function_definition name: (identifier) @other)
(class_definition name: (identifier) @other)
(attribute attribute: (identifier) @other)
(function_definition) @scope
(lambda) @scope
(parameters (identifier) @bound)
(typed_parameter (identifier) @bound)
(default_parameter name: (identifier) @bound)
(typed_default_parameter name: (identifier) @bound)
(list_splat_pattern (identifier) @bound)
(dictionary_splat_pattern (identifier) @bound)
(lambda_parameters (identifier) @bound)
(assignment left: (identifier) @bound)
(pattern_list (identifier) @bound)
(for_statement left: (identifier) @bound)
(for_in_clause left: (identifier) @bound)
(named_expression name: (identifier) @bound)
(as_pattern_target (identifier) @bound)
"""
SCOPES = frozenset(("function_definition", "class_definition"))
_STATIC = "staticmethod"


def define(node: "Node", around: DefinitionContext) -> list[Definition]:
    """Return the definition that a node is, if another file can know of it."""
    name = text_of(node.child_by_field_name("name") or node.child_by_field_name("left"))
    if node.type in ("assignment", "type_alias_statement"):
        if around.in_function or not name.isidentifier():
            return []
        return [_build_definition(node, name, DefinitionKind.VARIABLE, around)]
    decorators = tuple(receiver_of(_decorator_name_node(one)) for one in around.decorators)
    if node.type == "class_definition":
        return [_build_definition(node, name, DefinitionKind.CLASS, around, decorators=decorators)]
    method = around.in_class and _STATIC not in decorators
    return [
        _build_definition(
            node,
            name,
            DefinitionKind.METHOD if around.in_class else DefinitionKind.FUNCTION,
            around,
            parameters=_parameters_of(node.child_by_field_name("parameters"), bound=method),
            awaitable=node.children[0].type == "async",
            decorators=decorators,
        )
    ]


def _build_definition(
    node: "Node",
    name: str,
    kind: DefinitionKind,
    around: DefinitionContext,
    *,
    parameters: tuple[Parameter, ...] | None = None,
    awaitable: bool = False,
    decorators: tuple[str, ...] = (),
) -> Definition:
    private = name.startswith("_") and not (name.startswith("__") and name.endswith("__"))
    return Definition(
        name=name,
        kind=kind,
        owner=around.owner,
        parameters=parameters,
        line=line_of(node),
        last_line=last_line_of(node),
        exported=not private and not around.in_function,
        awaitable=awaitable,
        decorators=decorators,
    )


def _decorator_name_node(decorator: "Node") -> "Node | None":
    named = decorator.named_children
    if not named:
        return None
    return named[0].child_by_field_name("function") if named[0].type == "call" else named[0]


def _parameters_of(node: "Node | None", *, bound: bool) -> tuple[Parameter, ...]:
    """Return the parameters, without the first one where the function is bound to an object."""
    found: list[Parameter] = []
    role = ParameterRole.EITHER
    for child in node.named_children if node is not None else []:
        if child.type == "positional_separator":
            found = [Parameter(one.name, ParameterRole.POSITIONAL, one.optional) for one in found]
        elif child.type == "keyword_separator":
            role = ParameterRole.KEYWORD
        elif (one := _read_parameter(child, role)) is not None:
            found.append(one)
            role = ParameterRole.KEYWORD if one.role is ParameterRole.REST else role
    if bound and found and found[0].role in (ParameterRole.EITHER, ParameterRole.POSITIONAL):
        del found[0]
    return tuple(found)


def _read_parameter(node: "Node", role: ParameterRole) -> Parameter | None:
    optional = node.type in ("default_parameter", "typed_default_parameter")
    name = node.child_by_field_name("name") if optional else node
    if node.type == "typed_parameter":
        name = node.named_children[0]
    if name is None or name.type == "comment":
        return None
    if name.type == "list_splat_pattern":
        return Parameter(text_of(name).lstrip("*"), ParameterRole.REST)
    if name.type == "dictionary_splat_pattern":
        return Parameter(text_of(name).lstrip("*"), ParameterRole.KEYWORDS)
    return Parameter(text_of(name), role, optional)


def finish(_captured: "dict[str, list[Node]]", made: list[Definition]) -> list[Definition]:
    """Return the definitions as they are."""
    return made


def read_name(node: "Node") -> QualifiedName | None:
    """Read the last name of a dotted one, and what stands before it."""
    last = node.child_by_field_name("attribute")
    return (
        QualifiedName(text_of(last), receiver_of(node.child_by_field_name("object")), last)
        if last is not None
        else None
    )


def read_call(node: "Node", *, awaited: bool) -> FunctionCall | None:
    """Read a call by name."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    found = read_name(function) if function.type == "attribute" else QualifiedName(text_of(function), "", function)
    if found is None or not found.name.isidentifier():
        return None
    given = [one for one in arguments.named_children if one.type != "comment"]
    if arguments.type == "generator_expression":
        given = [arguments]
    keywords = [one for one in given if one.type == "keyword_argument"]
    starred = [one for one in given if one.type in ("list_splat", "dictionary_splat")]
    return FunctionCall(
        name=found.name,
        receiver=found.receiver,
        line=line_of(found.node),
        awaited=awaited,
        spread=bool(starred),
        positional=len(given) - len(keywords) - len(starred),
        keywords=tuple(text_of(one.child_by_field_name("name")) for one in keywords),
    )


def read_imports(node: "Node") -> list[Import]:
    """Read the names that one statement brings in."""
    source = node.child_by_field_name("module_name")
    module, line = text_of(source), line_of(node)
    if any(child.type == "wildcard_import" for child in node.children):
        return [Import(module=module, name="*", line=line)]
    found = []
    for child in field_children(node, "name"):
        name = text_of(child.child_by_field_name("name") or child)
        alias = text_of(child.child_by_field_name("alias"))
        if source is None:
            found.append(Import(module=name, alias=alias or name.partition(".")[0], line=line_of(child)))
        else:
            found.append(Import(module=module, name=name, alias=alias or name, line=line_of(child)))
    return found
