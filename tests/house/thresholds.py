"""Where a threshold came from: each number that stands alone as a constant says so beside it.

A source is one word that names its kind: measured, guess, paper (or a link), or what defines it (a format, a protocol,
a standard, a unit, a version of ours). What was measured or guessed also says when.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DATED = re.compile(r"\b(guess|measured|seen|tuned|fitted)", re.IGNORECASE)
DEFINED = re.compile(
    r"https?://|\b(paper|et al\.|standard|format|protocol|RFC|POSIX|documented|unit|definition|defined|version|same as|"
    r"layout|kernel|terminal|platform|limit of|asked for|convention|by design|SQLite|Python)",
    re.IGNORECASE,
)
DATE = re.compile(r"\b20\d\d(-\d\d-\d\d)?\b")
NAME = re.compile(r"_?(?!VERSION$|FORMAT$|FORM$|SEED$|.*_VERSION$)[A-Z][A-Z0-9_]*$")


class Threshold(NamedTuple):
    """A constant that is a number, and what stands beside it."""

    line: int
    name: str
    words: str

    def is_sourced(self) -> bool:
        """Tell whether the words say where the number came from, and when where that matters."""
        return bool(DEFINED.search(self.words) or (DATED.search(self.words) and DATE.search(self.words)))


def thresholds(path: Path) -> Iterator[Threshold]:
    """Yield the module's numbers with the comment before, beside or the string after each."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    body = ast.parse(text).body
    for position, node in enumerate(body):
        name = _name_of(node)
        if not name or not _is_number(getattr(node, "value", None)):
            continue
        after = body[position + 1] if position + 1 < len(body) else None
        yield Threshold(node.lineno, name, " ".join(_around(node, after, lines)))


def _around(node: ast.stmt, after: ast.stmt | None, lines: list[str]) -> Iterator[str]:
    above = node.lineno - 2
    while above >= 0 and lines[above].startswith("#"):
        yield lines[above]
        above -= 1
    end = node.end_lineno or node.lineno
    yield lines[end - 1].partition("#")[2]
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
        yield after.value.value


def _name_of(node: ast.stmt) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [one.id for one in targets if isinstance(one, ast.Name) and NAME.match(one.id)]
    return names[0] if names else ""


def _is_number(node: ast.AST | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)
