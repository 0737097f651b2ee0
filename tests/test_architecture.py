"""Rules that no linter checks: sizes, names, circles, where redacted text may be made, where SQL may stand."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house import graph, names, thresholds
from tests.house.graph import name_of
from tests.house.outline import read_outline

from twiceshy.doors.cli.verbs import Verb, list_verbs, place_of

TESTS = Path(__file__).parent
MODULES = graph.list_sources()
MAX_MODULE_LINES = 800  # an alarm, not an aim: a module is as long as its question
MAX_FUNCTION_LINES = 80
MAX_COMPLEXITY = 15  # SonarSource's own limit for a function
MAX_PARTICIPLES = 0.01
"""Share of functions: a field's term may be one (``pooled_ratio``)."""
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "engine", "service", "handler", "core"}
QUOTED_MAKER = "stats/text/foreign_names.py"
LINE_MAKER = "insights/remedies/instruction_line.py"
STORES = (
    "archive/",
    "account/leaving_reads.py",
    "twiceshy_team/store/",
    "twiceshy_fleet/lake/",
    "twiceshy_git/memory_repository/",
)
"""Who keeps rows: the archive, the sums that leave, and each wing's own."""
SCRUBBED_MAKERS = ("privacy/scrub.py", *STORES)  # the store reads back what it was given
SQL_HOMES = (*STORES, "doors/gate/", "logs/opencode/database.py")
"""Our own store, the gate's look-ups, and another program's database."""
AGENT_NAMES = re.compile(
    r"\b(claude[-_ ]?code|codex|gemini[-_ ]cli|copilot[-_ ]cli|opencode|mini-swe-agent|swe[-_]agent|aider)\b",
    re.IGNORECASE,
)
AGENT_HOMES = ("logs/", "doors/gate/agents.py")
"""An agent's readers and its hook contract."""
AGENTS_NAMED_ELSEWHERE = {
    "account/lone_requests.py": "where its waits were measured",
    "insights/kinds/fixed_starts.py": "whose settings a person is told to look at",
    "insights/kinds/lone_calls.py": "as above",
    "insights/kinds/short_caches.py": "as above",
    "insights/kinds/waits_to_look.py": "as above",
    "base/config.py": "what a setting does, for people",
    "recipes/demo/__init__.py": "whose logs the sample is written like",
    "recipes/demo/sample_history.py": "as above",
    "recipes/demo/sample_log.py": "as above",
    "commands/keys/work_trees.py": "where agents' programs put work trees",
    "commands/shell/programs.py": "agents are programs that a line may run",
    "commands/testlog/status_verdicts.py": "as above",
    "recipes/look/lesson_demo.py": "whose logs the demo is written like",
    "twiceshy_git/memory/formats/git_ai.py": "another tool's words for agents",
    "judgement/outcomes/link_evidence.py": "who signs commits, as others wrote it",
    "judgement/outcomes/commit_copies.py": "as above",
    "doors/cli/commands/init.py": "which agents' settings are changed, for people",
    "doors/cli/commands/mcp.py": "how to register the server, for people",
    "doors/cli/filters.py": "an example, for people",
    "doors/mcp/tools.py": "an example, for agents",
}
OPENING_VERBS = frozenset((TESTS / "house" / "verbs.txt").read_text().split())


def test_module_keeps_the_house_rules() -> None:
    """Sizes stay readable, redacted text is made in one place, only the store knows SQL, numbers say whence."""
    found = {name_of(path): list(faults_of(path)) for path in MODULES}

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_no_import_circle_stands_anywhere() -> None:
    """Not even through imports inside functions or for types alone."""
    assert graph.circles(graph.imports()) == []


def test_a_class_name_means_one_thing() -> None:
    """Whoever greps a public class name finds one class."""
    assert names.shared_class_names() == {}


def test_functions_are_verbs() -> None:
    """What was done is a record; a function says what to do."""
    functions = sum(len(read_outline(path).functions) for path in MODULES)
    found = list(names.participle_functions())

    assert len(found) <= MAX_PARTICIPLES * functions, found


def test_docstrings_are_imperative() -> None:
    """PEP 257: a function's docstring begins with a verb; a new one is added to ``house/verbs.txt``."""
    wrong = [(place, word) for place, word in names.docstring_openings() if word.rstrip(",;:.") not in OPENING_VERBS]

    assert wrong == []


def test_an_agents_name_stands_with_its_reader() -> None:
    """What an agent does is a trait of its reader or of its hook contract; each other mention has its reason."""
    texts = {name_of(path): path.read_text() for path in MODULES}
    named = {name for name, text in texts.items() if AGENT_NAMES.search(text) and not name.startswith(AGENT_HOMES)}

    assert sorted(named) == sorted(AGENTS_NAMED_ELSEWHERE)


def test_one_name_a_test_file() -> None:
    """Test folders are no packages: two files of one name cannot be run together."""
    found = [path.name for folder in (TESTS, *graph.ROOT.glob("wings/*/tests")) for path in folder.rglob("test_*.py")]

    assert sorted(found) == sorted(set(found))


def faults_of(path: Path) -> Iterator[str]:
    """What a module must not be or hold."""
    yield from text_faults(path, path.read_text())
    outline = read_outline(path)
    for one in outline.functions:
        if one.length > MAX_FUNCTION_LINES:
            yield f"{one.name} is {one.length} lines"
    for name, cost in outline.complexities:
        if cost > MAX_COMPLEXITY:
            yield f"{name} has a cognitive complexity of {cost}"
    for node in (*outline.makers, *outline.imports):
        yield from node_faults(node, name_of(path))
    for number in thresholds.thresholds(path):
        if not number.is_sourced():
            yield f"line {number.line}: {number.name} does not say where it came from (measured, guess: with a date)"


def text_faults(path: Path, text: str) -> Iterator[str]:
    """What shows without reading it as Python."""
    if text.count("\n") > MAX_MODULE_LINES:
        yield f"{text.count(chr(10))} lines"
    if path.stem in BANNED_NAMES:
        yield f"the name {path.stem!r} says nothing"
    if "TODO" in text or "FIXME" in text:
        yield "an unfinished thought"
    if "fmt: skip" in text:
        yield "a table that the formatter may not touch belongs into a data file"


def node_faults(node: ast.Call | ast.Import | ast.ImportFrom, name: str) -> list[str]:
    """What a call or an import of that module must not be."""
    if isinstance(node, ast.Call):
        if makes_scrubbed(node) and not name.startswith(SCRUBBED_MAKERS):
            return [f"line {node.lineno} makes Scrubbed text"]
        if makes_quoted(node) and name != QUOTED_MAKER:
            return [f"line {node.lineno} makes Quoted text"]
        if makes_instruction(node) and name != LINE_MAKER:
            return [f"line {node.lineno} makes a line of instructions unchecked"]
    elif not name.startswith(SQL_HOMES):
        found = {module.split(".")[0] for module in imported(node)} & {"sqlite3", "psycopg"}
        return [f"line {node.lineno} imports {module}" for module in sorted(found)]
    return []


def makes_scrubbed(node: ast.Call) -> bool:
    """Whether the call declares a text to be redacted."""
    if not isinstance(node.func, ast.Name):
        return False
    cast = node.func.id == "cast" and bool(node.args) and "Scrubbed" in ast.unparse(node.args[0])
    return node.func.id == "Scrubbed" or cast


def makes_instruction(node: ast.Call) -> bool:
    """Whether the call declares a text to be fit for a file that an agent obeys."""
    return isinstance(node.func, ast.Name) and (
        node.func.id == "InstructionLine" or (node.func.id == "cast" and "InstructionLine" in ast.unparse(node))
    )


def makes_quoted(node: ast.Call) -> bool:
    """Whether the call declares a foreign text to stand in quotes; the empty one says that it was left out."""
    named = isinstance(node.func, ast.Name) and node.func.id in {"Quoted", "cast"} and "Quoted" in ast.unparse(node)
    return named and not (len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value == "")


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules an import names."""
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]


@pytest.mark.parametrize("verb", list_verbs().verbs, ids=lambda verb: verb.name)
def test_every_verb_has_a_complete_leaf(verb: Verb) -> None:
    """Each row of the table leads to a module with help, a real example and the two functions."""
    module = importlib.import_module(place_of(verb))

    assert module.__doc__
    assert module.EXAMPLE.startswith("twiceshy ")
    assert callable(module.add_arguments)
    assert callable(module.run)
