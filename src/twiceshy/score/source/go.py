"""What Go source defines and uses."""

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
    unquote,
)

if TYPE_CHECKING:
    from tree_sitter import Node

DEFINES = """
(function_declaration) @d
(method_declaration) @d
(type_spec) @d
(type_alias) @d
(const_spec) @d
(var_spec) @d
(method_elem) @d
"""
USES = """
(call_expression) @call
(import_spec) @import
(identifier) @name
(type_identifier) @name
(selector_expression) @dotted
(qualified_type) @dotted
(function_declaration name: (identifier) @other)
(type_spec name: (type_identifier) @other)
(keyed_element . (literal_element (identifier) @other))
(function_declaration) @scope
(method_declaration) @scope
(func_literal) @scope
(parameter_declaration name: (identifier) @bound)
(variadic_parameter_declaration name: (identifier) @bound)
(short_var_declaration left: (expression_list (identifier) @bound))
(range_clause left: (expression_list (identifier) @bound))
(var_spec name: (identifier) @bound)
(const_spec name: (identifier) @bound)
(short_var_declaration) @assigns
(assignment_statement) @assigns
(package_clause (package_identifier) @package)
"""
SCOPES = frozenset(("function_declaration", "method_declaration", "type_spec"))


def define(node: "Node", around: DefinitionContext) -> list[Definition]:
    """Return the definitions that a node is; ``var a, b`` is two."""
    names = [text_of(name) for name in field_children(node, "name") if name.type != ","]
    if node.type in ("const_spec", "var_spec"):
        return (
            []
            if around.in_function
            else [_build_definition(node, name, DefinitionKind.VARIABLE, around.owner) for name in names]
        )
    if not names:
        return []
    if node.type in ("type_spec", "type_alias"):
        return [] if around.in_function else [_build_definition(node, names[0], DefinitionKind.TYPE, around.owner)]
    kind, owner = DefinitionKind.FUNCTION, around.owner
    if node.type == "method_declaration":
        kind, owner = DefinitionKind.METHOD, _receiver_type(node)
    elif node.type == "method_elem":
        kind = DefinitionKind.SIGNATURE
    return [_build_definition(node, names[0], kind, owner)]


def _build_definition(node: "Node", name: str, kind: DefinitionKind, owner: str) -> Definition:
    callable_ = kind not in (DefinitionKind.TYPE, DefinitionKind.VARIABLE)
    return Definition(
        name=name,
        kind=kind,
        owner=owner,
        line=line_of(node),
        last_line=last_line_of(node),
        exported=name[:1].isupper(),
        parameters=_parameters_of(node.child_by_field_name("parameters")) if callable_ else None,
        results=_count_results(node.child_by_field_name("result")) if callable_ else None,
    )


def _receiver_type(node: "Node") -> str:
    receiver = text_of(node.child_by_field_name("receiver")).strip("()").split("[")[0]
    return receiver.split()[-1].lstrip("*") if receiver.split() else ""


def _parameters_of(node: "Node | None") -> tuple[Parameter, ...]:
    """Return one parameter for each name, or for each type where there are no names."""
    found: list[Parameter] = []
    for child in node.named_children if node is not None else []:
        names = [text_of(name) for name in field_children(child, "name") if name.type != ","]
        if child.type == "parameter_declaration":
            found += [Parameter(name) for name in names or [""]]
        elif child.type == "variadic_parameter_declaration":
            found.append(Parameter("".join(names), ParameterRole.REST))
    return tuple(found)


def _count_results(node: "Node | None") -> int:
    if node is None:
        return 0
    return len(_parameters_of(node)) if node.type == "parameter_list" else 1


def finish(_captured: "dict[str, list[Node]]", made: list[Definition]) -> list[Definition]:
    """Return the definitions as they are."""
    return made


def read_name(node: "Node") -> QualifiedName | None:
    """Read ``a.b`` of values, and ``package.Type``."""
    last = node.child_by_field_name("field") or node.child_by_field_name("name")
    before = node.child_by_field_name("operand") or node.child_by_field_name("package")
    return QualifiedName(text_of(last), receiver_of(before), last) if last is not None else None


def read_call(node: "Node", *, awaited: bool) -> FunctionCall | None:
    """Read a call by name.

    ``f(g())`` may pass several values, so its number of arguments says nothing.
    """
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    found = QualifiedName(text_of(function), "", function) if function.type == "identifier" else None
    if function.type == "selector_expression":
        found = read_name(function)
    if found is None:
        return None
    given = [one for one in arguments.named_children if one.type != "comment"]
    spread = any(one.type == "variadic_argument" for one in given)
    return FunctionCall(
        name=found.name,
        receiver=found.receiver,
        line=line_of(found.node),
        awaited=awaited,
        positional=len(given),
        spread=spread or (len(given) == 1 and given[0].type == "call_expression"),
    )


def read_imports(node: "Node") -> list[Import]:
    """Read the import of a package; its name here is the last part of its path where none is given."""
    path = unquote(node.child_by_field_name("path"))
    given = text_of(node.child_by_field_name("name"))
    if given == ".":
        return [Import(module=path, name="*", line=line_of(node))]
    return [Import(module=path, alias=given or _package_name(path), line=line_of(node))]


def _package_name(path: str) -> str:
    """Return what a package is mostly called.

    >>> _package_name("example.com/x/chi/v5"), _package_name("gopkg.in/yaml.v3"), _package_name("net/http")
    ('chi', 'yaml', 'http')
    """
    parts = path.split("/")
    if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit():
        parts.pop()
    name, _, version = parts[-1].rpartition(".v")
    return (name if name and version.isdigit() else parts[-1]).removeprefix("go-")
