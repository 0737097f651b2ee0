"""Cognitive complexity of small functions, counted by hand after the paper."""

import ast

import pytest
from tests.house import cognitive

CASES = [
    pytest.param("return a", 0, id="a straight line"),
    pytest.param("if a:\n  return 1", 1, id="one branch"),
    pytest.param("if a:\n  if b:\n   return 1", 3, id="a nested branch costs one more"),
    pytest.param("if a:\n  return 1\n elif b:\n  return 2\n else:\n  return 3", 3, id="elif and else cost one each"),
    pytest.param("for b in a:\n  if b and c or d:\n   return 1", 5, id="one for each run of an operator"),
    pytest.param("return [b for b in a if b]", 2, id="a comprehension is a loop, its condition a branch"),
    pytest.param("return 1 if a else 2", 1, id="a conditional expression is a branch"),
    pytest.param("return [c for b in a for c in b]", 3, id="a second loop in a comprehension is nested"),
    pytest.param("try:\n  a()\n except ValueError:\n  pass", 1, id="an except clause"),
    pytest.param("return f(a)", 1, id="recursion"),
]


@pytest.mark.parametrize(("body", "cost"), CASES)
def test_the_cost_is_that_of_the_paper(body: str, cost: int) -> None:
    """Each break of the line costs one, and one more for each level around it."""
    function = next(cognitive.functions(ast.parse(f"def f(a, b, c, d):\n {body}")))

    assert cognitive.complexity(function) == cost
