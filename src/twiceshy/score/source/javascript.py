"""What JavaScript source defines and uses, both module systems; TypeScript's module builds on it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from twiceshy.score.source.language_support import DefinitionContext, QualifiedName
from twiceshy.score.source.symbols import (
    Definition,
    DefinitionKind,
    FunctionCall,
    Import,
    Parameter,
    ParameterRole,
    last_line_of,
    line_of,
    receiver_of,
    text_of,
    unquote,
)

if TYPE_CHECKING:
    from tree_sitter import Node

SHARED_DEFINES = """
(function_declaration) @d
(generator_function_declaration) @d
(class_declaration) @d
(class name: (identifier)) @d
(method_definition) @d
(variable_declarator name: (identifier)) @d
(assignment_expression left: (member_expression) right: (_)) @d
(export_statement) @export
(export_specifier) @exports
(assignment_expression left: (member_expression)) @assigns
"""
SHARED_USES = """
(call_expression) @call
(new_expression) @call
(await_expression (call_expression) @awaited)
(import_statement) @import
(export_statement source: (string)) @import
(variable_declarator value: (_)) @import
(identifier) @name
(shorthand_property_identifier) @name
(member_expression property: (property_identifier)) @dotted
(function_declaration name: (identifier) @other)
(function_expression name: (identifier) @other)
(function_expression name: (identifier) @bound)
(import_specifier (identifier) @other)
(import_clause (identifier) @other)
(namespace_import (identifier) @other)
(function_declaration) @scope
(generator_function_declaration) @scope
(function_expression) @scope
(arrow_function) @scope
(method_definition) @scope
(arrow_function parameter: (identifier) @bound)
(variable_declarator name: (identifier) @bound)
(shorthand_property_identifier_pattern) @bound
(pair_pattern value: (identifier) @bound)
(array_pattern (identifier) @bound)
(rest_pattern (identifier) @bound)
(assignment_pattern left: (identifier) @bound)
(catch_clause parameter: (identifier) @bound)
(for_in_statement left: (identifier) @bound)
"""
USES = (
    SHARED_USES
    + "(class_declaration name: (identifier) @other) (class name: (identifier) @other)"
    + "(formal_parameters (identifier) @bound)"
)
DEFINES = SHARED_DEFINES + "(field_definition value: [(function_expression) (arrow_function)]) @d"
SCOPES = frozenset(
    (
        "function_declaration",
        "generator_function_declaration",
        "class_declaration",
        "class",
        "method_definition",
        "variable_declarator",
        "assignment_expression",
        "field_definition",
        "public_field_definition",
        "abstract_class_declaration",
        "interface_declaration",
    )
)
_FUNCTIONS = frozenset(("function_expression", "arrow_function", "function", "generator_function"))
_CLASS_NODES = frozenset(("class_declaration", "abstract_class_declaration", "class"))


def define(node: "Node", around: DefinitionContext) -> list[Definition]:
    """Return the definition that a node is, if another file can know of it."""
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    is_function = value is not None and value.type in _FUNCTIONS
    if node.type in _CLASS_NODES:
        return [_build_definition(node, text_of(node.child_by_field_name("name")), DefinitionKind.CLASS, around)]
    if node.type == "assignment_expression":
        return _define_assignment(node, value, around) if value is not None else []
    name = text_of(node.child_by_field_name("name") or node.child_by_field_name("property"))
    if node.type == "variable_declarator" and not is_function:
        return [] if around.in_function else [_build_definition(node, name, DefinitionKind.VARIABLE, around)]
    function = value if is_function and value is not None else node
    in_class = node.type in ("method_definition", "field_definition", "public_field_definition")
    return [
        _build_definition(node, name, DefinitionKind.METHOD if in_class else DefinitionKind.FUNCTION, around, function)
    ]


def _define_assignment(node: "Node", value: "Node", around: DefinitionContext) -> list[Definition]:
    """Define ``exports.a = function``, ``module.exports = function a`` or ``Thing.prototype.a = function``."""
    left = node.child_by_field_name("left")
    found = read_name(left) if left is not None else None
    if found is None:
        return []
    name, owner = found.name, found.receiver.removesuffix(".prototype")
    if (owner, name) == ("module", "exports"):
        owner, name = "exports", _own_name_of(value)
    if not name:
        return []
    exported = owner in ("exports", "module.exports")
    inside = replace(around, owner="" if exported else owner)
    if value.type in _FUNCTIONS or value.type == "class":
        kind = DefinitionKind.FUNCTION if exported else DefinitionKind.METHOD
        kind = DefinitionKind.CLASS if value.type == "class" else kind
        one = _build_definition(node, name, kind, inside, value)
        return [replace(one, exported=exported or not around.in_function)]
    if exported or found.receiver.endswith(".prototype"):
        return [replace(_build_definition(node, name, DefinitionKind.VARIABLE, inside), exported=True)]
    return []


def _own_name_of(value: "Node") -> str:
    """Return the name that a function or class has itself; empty for anything else."""
    return text_of(value.child_by_field_name("name")) if value.type in {*_FUNCTIONS, "class"} else ""


def _build_definition(
    node: "Node", name: str, kind: DefinitionKind, around: DefinitionContext, function: "Node | None" = None
) -> Definition:
    asynchronous = function is not None and any(child.type == "async" for child in function.children[:4])
    return Definition(
        name=name,
        kind=kind,
        owner=around.owner,
        line=line_of(node),
        last_line=last_line_of(node),
        parameters=parameters_of(function) if function is not None and function.type != "class" else None,
        awaitable=asynchronous,
    )


def parameters_of(function: "Node") -> tuple[Parameter, ...]:
    """Return the parameters of a function.

    Every parameter may be left out of a call; ``optional`` says whether its author meant that.
    """
    single = function.child_by_field_name("parameter")
    if single is not None:
        return (Parameter(text_of(single)),)
    found = []
    listed = function.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else []:
        if child.type in ("comment", "decorator"):
            continue
        pattern = child.child_by_field_name("pattern") or child.child_by_field_name("left") or child
        optional = child.type in ("assignment_pattern", "optional_parameter") or (
            child.child_by_field_name("value") is not None
        )
        if pattern.type == "this":
            continue
        if pattern.type == "rest_pattern":
            found.append(Parameter(text_of(pattern).lstrip("."), ParameterRole.REST))
        else:
            found.append(Parameter(text_of(pattern) if pattern.type == "identifier" else "", optional=optional))
    return tuple(found)


def finish(captured: "dict[str, list[Node]]", made: list[Definition]) -> list[Definition]:
    """Return the definitions with ``exported`` set: an export statement around them, or their name in one."""
    lines = {
        line_of(declaration)
        for node in captured.get("export", ())
        if (declaration := node.child_by_field_name("declaration") or node.child_by_field_name("value")) is not None
    }
    names = {text_of(node.child_by_field_name("name")) for node in captured.get("exports", ())}
    for node in captured.get("assigns", ()):
        names |= _find_assigned_exports(node)
    owners: set[str] = set()
    result = []
    for one in made:
        exported = one.exported or (not one.owner and (one.name in names or one.line in lines))
        if exported and one.kind in (DefinitionKind.CLASS, DefinitionKind.TYPE):
            owners.add(one.name)
        result.append(replace(one, exported=exported or (one.owner in owners and not one.name.startswith(("#", "_")))))
    return result


def _find_assigned_exports(node: "Node") -> set[str]:
    """Return the names that an assignment to ``exports`` or ``module.exports`` gives on."""
    right, target = node.child_by_field_name("right"), receiver_of(node.child_by_field_name("left"))
    is_export = target == "module.exports" or target.startswith(("exports.", "module.exports."))
    return _collect_names(right) if right is not None and is_export else set()


def _collect_names(value: "Node") -> set[str]:
    if value.type == "identifier":
        return {text_of(value)}
    found = set()
    for child in value.named_children if value.type == "object" else []:
        part = child.child_by_field_name("value") if child.type == "pair" else child
        if part is not None and part.type in ("identifier", "shorthand_property_identifier"):
            found.add(text_of(part))
    return found


def read_name(node: "Node") -> QualifiedName | None:
    """Read the last name of a dotted one, and what stands before it."""
    last = node.child_by_field_name("property")
    return (
        QualifiedName(text_of(last), receiver_of(node.child_by_field_name("object")), last)
        if last is not None
        else None
    )


def read_call(node: "Node", *, awaited: bool) -> FunctionCall | None:
    """Read a call by name, ``new`` too."""
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    arguments = node.child_by_field_name("arguments")
    if function is None or arguments is None or arguments.type != "arguments":
        return None
    if function.type == "member_expression":
        found = read_name(function)
    else:
        found = QualifiedName(text_of(function), "", function) if function.type == "identifier" else None
    if found is None:
        return None
    given = [one for one in arguments.named_children if one.type != "comment"]
    spread = any(one.type == "spread_element" for one in given)
    return FunctionCall(
        name=found.name,
        receiver=found.receiver,
        line=line_of(found.node),
        awaited=awaited,
        spread=spread,
        positional=len(given) - sum(one.type == "spread_element" for one in given),
    )


def read_imports(node: "Node") -> list[Import]:
    """Read the names that an import, a re-export or a ``require`` brings in."""
    if node.type == "variable_declarator":
        return _read_require(node)
    source, line = node.child_by_field_name("source"), line_of(node)
    if source is None:
        return []
    module, again = unquote(source), node.type == "export_statement"
    found = []
    for clause in node.named_children:
        if clause.type == "import_clause":
            for part in clause.named_children:
                found += _read_import_clause(part, module)
        elif clause.type == "export_clause":
            found += _read_import_list(clause, module, again=True)
        elif clause.type == "namespace_export":
            found.append(Import(module=module, alias=text_of(clause.named_children[-1]), line=line, again=True))
    if again and not found:
        found.append(Import(module=module, name="*", line=line, again=True))
    return found


def _read_import_clause(part: "Node", module: str) -> list[Import]:
    if part.type == "identifier":
        return [Import(module=module, name="default", alias=text_of(part), line=line_of(part))]
    if part.type == "namespace_import":
        return [Import(module=module, alias=text_of(part.named_children[-1]), line=line_of(part))]
    return _read_import_list(part, module, again=False)


def _read_import_list(clause: "Node", module: str, *, again: bool) -> list[Import]:
    found = []
    for one in clause.named_children:
        name = text_of(one.child_by_field_name("name"))
        alias = text_of(one.child_by_field_name("alias")) or name
        if name:
            found.append(Import(module=module, name=name, alias=alias, line=line_of(one), again=again))
    return found


def _read_require(node: "Node") -> list[Import]:
    """Read ``const a = require("b")``, ``const {a, b: c} = require("d")``, ``const a = require("b").c``."""
    value, target = node.child_by_field_name("value"), node.child_by_field_name("name")
    name = ""
    if value is not None and value.type == "member_expression":
        name, value = text_of(value.child_by_field_name("property")), value.child_by_field_name("object")
    if value is None or target is None or value.type != "call_expression":
        return []
    arguments = value.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    if text_of(value.child_by_field_name("function")) != "require" or len(given) != 1 or given[0].type != "string":
        return []
    module = unquote(given[0])
    if target.type == "identifier":
        return [Import(module=module, name=name, alias=text_of(target), line=line_of(target))]
    found = []
    for one in target.named_children if target.type == "object_pattern" and not name else []:
        key = text_of(one.child_by_field_name("key") or one)
        alias = text_of(one.child_by_field_name("value") or one)
        if key.isidentifier():
            found.append(Import(module=module, name=key, alias=alias, line=line_of(one)))
    return found
