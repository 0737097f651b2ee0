"""Definitions and uses of a parsed text: what is the same in every language.

Nodes are found by queries, in the parser's own code; only those found are looked at here, in one pass over the text
with a stack of what is open. A node is never asked for its parent, which costs the depth of the tree each time.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from twiceshy.score.source import go, javascript, python, typescript
from twiceshy.score.source.language_support import DefinitionContext, LanguageSupport
from twiceshy.score.source.parsing import find_captures
from twiceshy.score.source.symbols import (
    Binding,
    Definition,
    DefinitionKind,
    FunctionCall,
    NodeSpans,
    Reference,
    SourceUses,
    last_line_of,
    line_of,
    text_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from twiceshy.score.source.parsing import SyntaxTree

_LANGUAGE_SUPPORT: dict[str, LanguageSupport] = {
    "python": python,
    "javascript": javascript,
    "typescript": typescript,
    "tsx": typescript,
    "go": go,
}
_CALLABLE = (DefinitionKind.FUNCTION, DefinitionKind.METHOD, DefinitionKind.CLASS)


def find_definitions(tree: "SyntaxTree") -> list[Definition]:
    """Return definitions in the order of the text; those inside functions too, which are never ``exported``."""
    leaf = _LANGUAGE_SUPPORT[tree.language]
    found = find_captures(tree, leaf.DEFINES)
    wrapped = {
        wrapper.child_by_field_name("definition").id: tuple(  # type: ignore[union-attr]  # the grammar has it always
            child for child in wrapper.children if child.type == "decorator"
        )
        for wrapper in found.get("decorated", ())
        if wrapper.child_by_field_name("definition") is not None
    }
    open_ones: list[tuple[int, Definition]] = []
    result: list[Definition] = []
    for node in found.get("d", ()):
        while open_ones and open_ones[-1][0] <= node.start_byte:
            open_ones.pop()
        made = leaf.define(node, _describe_context([one for _, one in open_ones], wrapped.get(node.id, ())))
        result += made
        if made and node.type in leaf.SCOPES and made[0].kind is not DefinitionKind.VARIABLE:
            open_ones.append((node.end_byte, made[0]))
    return leaf.finish(found, result)


def _describe_context(open_ones: list[Definition], decorators: "tuple[Node, ...]") -> DefinitionContext:
    """Describe where a definition stands, by the open ones around it, from the outer to the inner."""
    inner = open_ones[-1] if open_ones else None
    return DefinitionContext(
        owner=inner.dotted if inner else "",
        in_function=any(one.kind in (DefinitionKind.FUNCTION, DefinitionKind.METHOD) for one in open_ones),
        in_class=inner is not None and inner.kind in (DefinitionKind.CLASS, DefinitionKind.TYPE),
        decorators=decorators,
    )


def find_enclosing_name(tree: "SyntaxTree", line: int) -> str:
    """Return the dotted name of the innermost function or class that holds a line; empty at the top level."""
    holding = [one for one in find_definitions(tree) if one.kind in _CALLABLE and one.line <= line <= one.last_line]
    return min(holding, key=lambda one: (one.last_line - one.line, -one.line)).dotted if holding else ""


def find_syntax_errors(tree: "SyntaxTree") -> list[str]:
    """Return the parts that could not be read."""
    return [text_of(node) for node in find_captures(tree, "(ERROR) @fault").get("fault", ())]


def find_uses(tree: "SyntaxTree", names: Collection[str] | None = None) -> SourceUses:
    """Return what the text uses.

    With ``names`` it holds only calls, references and bindings of these names, which is far cheaper.
    """
    leaf = _LANGUAGE_SUPPORT[tree.language]
    found = find_captures(tree, leaf.USES)
    wanted = None if names is None else {name.encode() for name in names}
    imports = [one for node in found.get("import", ()) for one in leaf.read_imports(node)]
    if wanted is not None:
        wanted |= {one.alias.encode() for one in imports if one.name.encode() in wanted}
    return SourceUses(
        calls=_find_calls(leaf, found, wanted),
        imports=tuple(imports),
        references=_find_references(leaf, found, wanted),
        bindings=_find_bindings(found, wanted),
        package=text_of(found["package"][0]) if found.get("package") else "",
    )


def _find_calls(
    leaf: LanguageSupport, found: "dict[str, list[Node]]", wanted: set[bytes] | None
) -> tuple[FunctionCall, ...]:
    awaited = {node.id for node in found.get("awaited", ())}
    taken = _count_targets(found.get("assigns", ()))
    calls = []
    for node in found.get("call", ()):
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if wanted is not None and function is not None and not _ends_with(function, wanted):
            continue
        one = leaf.read_call(node, awaited=node.id in awaited)
        if one is not None:
            calls.append(replace(one, taken=taken[node.id]) if node.id in taken else one)
    return tuple(calls)


def _ends_with(function: "Node", wanted: set[bytes]) -> bool:
    last = function
    for field in ("attribute", "property", "field"):
        last = function.child_by_field_name(field) or last
    return last.text in wanted


def _count_targets(assignments: "Iterable[Node]") -> dict[int, int]:
    """Count the names that are given the values of a call, by the call's node."""
    taken = {}
    for node in assignments:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and right.named_child_count == 1:
            taken[right.named_children[0].id] = left.named_child_count
    return taken


def _find_references(
    leaf: LanguageSupport, found: "dict[str, list[Node]]", wanted: set[bytes] | None
) -> tuple[Reference, ...]:
    others = {node.start_byte for name in ("other", "bound") for node in found.get(name, ())}
    imported = NodeSpans(node for node in found.get("import", ()) if node.type != "variable_declarator")
    references = [
        Reference(name=text_of(node), line=line_of(node))
        for node in found.get("name", ())
        if node.start_byte not in others and node.start_byte not in imported
        if wanted is None or node.text in wanted
    ]
    return tuple(sorted([*references, *_find_dotted(leaf, found, wanted)], key=lambda one: one.line))


def _find_dotted(
    leaf: LanguageSupport, found: "dict[str, list[Node]]", wanted: set[bytes] | None
) -> Iterator[Reference]:
    """Yield references to names behind a dot."""
    for node in found.get("dotted", ()):
        if wanted is None or _ends_with(node, wanted) or node.type == "qualified_type":
            named = leaf.read_name(node)
            if named is not None and (wanted is None or named.name.encode() in wanted):
                yield Reference(name=named.name, receiver=named.receiver, line=line_of(named.node))


def _find_bindings(found: "dict[str, list[Node]]", wanted: set[bytes] | None) -> tuple[Binding, ...]:
    """Return names with the innermost function that binds them; those of the whole file are no bindings."""
    scopes, at = found.get("scope", []), 0
    open_ones: list[Node] = []
    bindings = []
    for node in found.get("bound", ()):
        while at < len(scopes) and scopes[at].start_byte <= node.start_byte:
            open_ones.append(scopes[at])
            at += 1
        while open_ones and open_ones[-1].end_byte <= node.start_byte:
            open_ones.pop()
        inner = next((one for one in reversed(open_ones) if one.end_byte > node.start_byte), None)
        if inner is not None and (wanted is None or node.text in wanted):
            bindings.append(Binding(name=text_of(node), first=line_of(inner), last=last_line_of(inner)))
    return tuple(bindings)
