"""How hard a function is to follow: cognitive complexity after G. Ann Campbell (SonarSource, 2018), counted strictly.

As in the paper, each break in the straight line costs one, and one more for each level that it is nested in; a run of
one logical operator costs one, as does recursion by name. Stricter than the paper, comprehensions count as the loops
that they are and a conditional expression as the branch that it is: else they are where complexity hides.
"""

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def complexity(function: Function) -> int:
    r"""Return the cognitive complexity of a function, its nested functions included.

    >>> complexity(ast.parse("def f(a):\n for b in a:\n  if b and a: return 1").body[0])
    4
    """
    return sum(_cost(statement, 0, function.name) for statement in function.body)


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function that is not part of another one."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node
        else:
            yield from functions(node)


def _cost(node: ast.AST, depth: int, name: str) -> int:
    if isinstance(node, ast.If | ast.IfExp):
        return _branch(node, depth, name)
    if isinstance(node, _LOOPS):
        tail = sum(_cost(one, depth + 1, name) for one in node.orelse) + bool(node.orelse)
        head = node.test if isinstance(node, ast.While) else node.iter
        return 1 + depth + _cost(head, depth, name) + sum(_cost(one, depth + 1, name) for one in node.body) + tail
    if isinstance(node, _COMPREHENSIONS):
        return _comprehension(node, depth, name)
    if isinstance(node, ast.ExceptHandler):
        return 1 + depth + sum(_cost(one, depth + 1, name) for one in node.body)
    if isinstance(node, ast.Match):
        return 1 + depth + _cost(node.subject, depth, name) + sum(_cost(one, depth + 1, name) for one in node.cases)
    own = 0
    if isinstance(node, ast.BoolOp) or (isinstance(node, ast.Call) and getattr(node.func, "id", None) == name):
        own = 1
    inside = depth + isinstance(node, Function | ast.Lambda)
    return own + sum(_cost(child, inside, name) for child in ast.iter_child_nodes(node))


def _branch(node: ast.If | ast.IfExp, depth: int, name: str, *, chained: bool = False) -> int:
    """Return what an if costs; an ``elif`` and an ``else`` cost one each, however deep they stand."""
    body = node.body if isinstance(node, ast.If) else [node.body]
    cost = (1 if chained else 1 + depth) + _cost(node.test, depth, name)
    cost += sum(_cost(one, depth + 1, name) for one in body)
    rest = node.orelse if isinstance(node, ast.If) else [node.orelse]
    if isinstance(node, ast.If) and len(rest) == 1 and isinstance(rest[0], ast.If):
        return cost + _branch(rest[0], depth, name, chained=True)
    has_else = isinstance(node, ast.If) and bool(rest)
    return cost + has_else + sum(_cost(one, depth + 1, name) for one in rest)


def _comprehension(node: ast.AST, depth: int, name: str) -> int:
    generators: list[ast.comprehension] = node.generators  # type: ignore[attr-defined]  # the four kinds have it
    cost = 0
    for level, one in enumerate(generators):
        cost += 1 + depth + level + _cost(one.iter, depth + level, name)
        cost += sum(1 + _cost(test, depth + level + 1, name) for test in one.ifs)
    inside = depth + len(generators)
    values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]  # type: ignore[attr-defined]  # as above
    return cost + sum(_cost(value, inside, name) for value in values)
