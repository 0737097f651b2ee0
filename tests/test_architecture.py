"""Rules that no linter checks: sizes, where redacted text may be made, where SQL and TODOs may stand."""

import ast
import importlib
from pathlib import Path

import pytest

from twiceshy.surfaces.cli.table import VERBS

SOURCE = Path(__file__).parents[1] / "src" / "twiceshy"
MODULES = sorted(SOURCE.rglob("*.py"))
MAX_MODULE_LINES = 500  # conventions: the best projects' ugly spots are all above 400
MAX_FUNCTION_LINES = 60
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "engine", "service", "handler", "core"}
SCRUBBED_MAKERS = {"privacy/scrub.py"}  # and, for text read back, anything in store/
SQL_HOMES = ("store/", "surfaces/gate/")


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_keeps_the_house_rules(path: Path) -> None:
    """Sizes stay readable, redacted text is made in one place, and only the store knows SQL."""
    text = path.read_text()
    tree = ast.parse(text)
    faults = []
    if text.count("\n") > MAX_MODULE_LINES:
        faults.append(f"{text.count(chr(10))} lines")
    if path.stem in BANNED_NAMES:
        faults.append(f"the name {path.stem!r} says nothing")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES:
            faults.append(f"{node.name} is {(node.end_lineno or 0) - node.lineno + 1} lines")
        if makes_scrubbed(node) and name_of(path) not in SCRUBBED_MAKERS and not name_of(path).startswith("store/"):
            faults.append(f"line {node.lineno} makes Scrubbed text")
        for module in imported(node):
            if module.split(".")[0] in {"sqlite3", "psycopg"} and not name_of(path).startswith(SQL_HOMES):
                faults.append(f"line {node.lineno} imports {module}")
    if "TODO" in text or "FIXME" in text:
        faults.append("an unfinished thought")

    assert [] == faults


def makes_scrubbed(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Name) and node.func.id == "Scrubbed")
        or (
            isinstance(node.func, ast.Name)
            and node.func.id == "cast"
            and bool(node.args)
            and "Scrubbed" in ast.unparse(node.args[0])
        )
    )


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_a_complete_leaf(verb: object) -> None:
    """Each row of the table leads to a module with help, a real example and the two functions."""
    module = importlib.import_module(f"twiceshy.surfaces.cli.commands.{verb.module}")  # type: ignore[attr-defined]  # a Verb

    assert module.__doc__
    assert module.EXAMPLE.startswith("twiceshy ")
    assert callable(module.add_arguments)
    assert callable(module.run)
