"""Rules that no linter checks: sizes, where redacted text may be made, where SQL and TODOs may stand."""

import ast
import importlib
from pathlib import Path

import pytest

from twiceshy.surfaces.cli.verbs import VERBS

SOURCE = Path(__file__).parents[1] / "src" / "twiceshy"
MODULES = sorted(SOURCE.rglob("*.py"))
MAX_MODULE_LINES = 500  # conventions: the best projects' ugly spots are all above 400
MAX_FUNCTION_LINES = 60
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "engine", "service", "handler", "core"}
SCRUBBED_MAKERS = ("privacy/scrub.py", "store/")  # the store reads back what it was given
SQL_HOMES = ("store/", "surfaces/gate/")


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_keeps_the_house_rules(path: Path) -> None:
    """Sizes stay readable, redacted text is made in one place, and only the store knows SQL."""
    text = path.read_text()
    faults = []
    if text.count("\n") > MAX_MODULE_LINES:
        faults.append(f"{text.count(chr(10))} lines")
    if path.stem in BANNED_NAMES:
        faults.append(f"the name {path.stem!r} says nothing")
    if "TODO" in text or "FIXME" in text:
        faults.append("an unfinished thought")
    for node in ast.walk(ast.parse(text)):
        faults += faults_of(node, name_of(path))

    assert faults == []


def test_one_name_a_test_file() -> None:
    """Test folders are no packages: two files of one name cannot be run together."""
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))


def faults_of(node: ast.AST, name: str) -> list[str]:
    """What a node of that module's syntax tree must not be."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        return [f"{node.name} is {lines} lines"] if lines > MAX_FUNCTION_LINES else []
    if isinstance(node, ast.Call) and makes_scrubbed(node) and not name.startswith(SCRUBBED_MAKERS):
        return [f"line {node.lineno} makes Scrubbed text"]
    if isinstance(node, ast.Import | ast.ImportFrom) and not name.startswith(SQL_HOMES):
        found = {module.split(".")[0] for module in imported(node)} & {"sqlite3", "psycopg"}
        return [f"line {node.lineno} imports {module}" for module in sorted(found)]
    return []


def makes_scrubbed(node: ast.Call) -> bool:
    """Whether the call declares a text to be redacted."""
    if not isinstance(node.func, ast.Name):
        return False
    cast = node.func.id == "cast" and bool(node.args) and "Scrubbed" in ast.unparse(node.args[0])
    return node.func.id == "Scrubbed" or cast


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules an import names."""
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_a_complete_leaf(verb: object) -> None:
    """Each row of the table leads to a module with help, a real example and the two functions."""
    module = importlib.import_module(f"twiceshy.surfaces.cli.commands.{verb.module}")  # type: ignore[attr-defined]  # a Verb

    assert module.__doc__
    assert module.EXAMPLE.startswith("twiceshy ")
    assert callable(module.add_arguments)
    assert callable(module.run)
