"""What the checks of the house ask of a module, read once from its syntax tree; whole trees would fill the memory."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.house import cognitive

Function = ast.FunctionDef | ast.AsyncFunctionDef
_MAKERS = frozenset({"Scrubbed", "Quoted", "InstructionLine", "cast"})
"""Calls that may declare a text to be of another sort."""


class FunctionOutline(NamedTuple):
    """A function, a method or one inside of another."""

    line: int
    name: str
    length: int
    """Lines, its signature's included."""
    opening: str
    """First word of its docstring; none of a property, whose docstring describes a value."""


class Outline(NamedTuple):
    """One module."""

    functions: tuple[FunctionOutline, ...]
    classes: tuple[str, ...]
    imports: tuple[ast.Import | ast.ImportFrom, ...]
    makers: tuple[ast.Call, ...]
    complexities: tuple[tuple[str, int], ...]
    """Name and cognitive complexity of each function that is not part of another."""


@cache
def read_outline(path: Path) -> Outline:
    """Read a module's outline."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(walk(tree))
    return Outline(
        functions=tuple(_outline_function(node) for node in nodes if isinstance(node, Function)),
        classes=tuple(node.name for node in nodes if isinstance(node, ast.ClassDef)),
        imports=tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)),
        makers=tuple(node for node in nodes if isinstance(node, ast.Call) and _may_make(node)),
        complexities=tuple((one.name, cognitive.complexity(one)) for one in cognitive.functions(tree)),
    )


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node that has a place, a parent before its children: ``ast.walk`` takes three times as long."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for value in node.__dict__.values():
            if type(value) is list:
                waiting += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:
                waiting.append(value)


def _outline_function(node: Function) -> FunctionOutline:
    words = "" if _is_property(node) else ast.get_docstring(node) or ""
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    return FunctionOutline(node.lineno, node.name, length, words.split(maxsplit=1)[0] if words.strip() else "")


def _is_property(node: Function) -> bool:
    return any("property" in ast.unparse(one) or "setter" in ast.unparse(one) for one in node.decorator_list)


def _may_make(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in _MAKERS
