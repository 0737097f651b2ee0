"""Doors meet recipes at the faces of their rooms, and a verb pays only for what it asks for."""

import ast
import importlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.house.graph import OURS, ROOT, imports, list_sources, module_name, modules, name_of
from tests.house.outline import read_outline

from twiceshy.base.plugins import Question
from twiceshy.records import questions

FACES = {
    module_name(path): path.parent
    for path in list_sources()
    if path.name == "__init__.py" and "open_face(" in path.read_text()
}
"""Each package that offers names of its modules."""
DOORS = sorted(
    path
    for pattern in (
        "src/twiceshy/learned.py",
        "src/twiceshy/doors/**/*.py",
        "src/twiceshy/screens/**/*.py",
        "wings/*/src/*/verbs/*.py",
        "wings/*/src/*/*_page.py",
        "wings/team/src/twiceshy_team/server/**/*.py",
        "wings/git/src/twiceshy_git/githook/*.py",
    )
    for path in ROOT.glob(pattern)
)
"""What people, agents and programs touch."""
INNER = (
    "twiceshy.archive",
    "twiceshy.logs",
    "twiceshy.privacy",
    "twiceshy.judgement",
    "twiceshy.run",
    "twiceshy.score",
    "twiceshy.insights",
    "twiceshy_git.predict",
    "twiceshy.account.leaving_reads",
    "twiceshy_team.store",
    "twiceshy_fleet.lake",
    "twiceshy_git.memory_repository",
)
"""Rooms that a door reaches through a face only."""
INNER_ALLOWED = frozenset({"twiceshy.privacy.wire", "twiceshy.insights.remedies", "twiceshy.privacy.secrets"})
"""Pure knowledge in such a room."""
HANDED_ON = {
    "twiceshy.judgement.recipes.stored_judgements",
    "twiceshy_data.rows.row_exclusions",
    "twiceshy_fleet.shards.large_shards",
    "twiceshy_fleet.shards.merge_shards",
    "twiceshy_git.memory_recipes.memory_entries",
}
"""Recipes of which another room makes one: each part says what goes into a memory, and `share` writes it. What is
excluded and under which licence a project is, is asked by all that makes data of rows. Stored judgements are asked by
what keeps facts for briefs."""
MOST_MODULES = {"--help": 21, "report": 190, "run -- true": 29, "lessons list": 74, "sessions": 62}
"""Modules of ours that a verb imports where nothing is stored, where a report reads logs first: measured 2026-11-25,
after the wings' verbs were looked for among the plugins (ten of ``--help`` are that: one, and two or three a wing)."""
PLUGINS = {
    value.partition(":")[0]
    for path in sorted(ROOT.glob("wings/*/pyproject.toml"))
    for group, entries in tomllib.loads(path.read_text())["project"]["entry-points"].items()
    if group.startswith("twiceshy.")
    for value in entries.values()
}
"""What the wings offer by entry points: as good as a door."""


def table_of(room: Path) -> dict[str, str]:
    """Read the table that a face is made of: each name with its module."""
    tree = ast.parse((room / "__init__.py").read_text())
    table = next(node for node in ast.walk(tree) if isinstance(node, ast.Dict))
    return dict(ast.literal_eval(table))


@pytest.mark.parametrize("name", FACES)
def test_a_face_names_what_exists(name: str) -> None:
    """What type checkers see is what runs, and no name hides a module."""
    table = table_of(FACES[name])
    face = importlib.import_module(name)
    typed = {
        alias.asname: (node.module or "").rpartition(".")[2]
        for node in ast.walk(ast.parse((FACES[name] / "__init__.py").read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{name}.")
        for alias in node.names
    }

    assert typed == table
    assert dir(face) == sorted(table)
    assert set() == table.keys() & {path.stem for path in FACES[name].glob("*.py")}
    assert all(callable(getattr(face, name)) for name in table)


def test_a_face_has_nothing_else() -> None:
    """A name that is not in the table is an attribute error that names the package."""
    face = importlib.import_module("twiceshy.judgement.recipes")

    with pytest.raises(AttributeError, match=r"'twiceshy\.judgement\.recipes' has no attribute 'nothing'"):
        _ = face.nothing


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each import of ours in a file: the module and the name."""
    for node in read_outline(path).imports:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS:
            yield from ((node.module or "", alias.name) for alias in node.names)
        else:
            yield from ((alias.name, "") for alias in node.names if alias.name.partition(".")[0] in OURS)


def test_doors_use_faces_only() -> None:
    """And every name of a face is used by somebody."""
    asked: set[tuple[str, str]] = set()
    past: list[str] = []
    for path in DOORS:
        for module, name in imported(path):
            asked |= {(module, name)}
            whole = f"{module}.{name}"
            inner = (module.startswith(INNER) or whole.startswith(INNER)) and not module.startswith(
                tuple(INNER_ALLOWED)
            )
            if inner and module not in FACES and whole not in FACES and whole not in INNER_ALLOWED:
                past.append(f"{name_of(path)} imports {whole}")
            if module.rpartition(".")[0] in FACES:
                past.append(f"{name_of(path)} imports {whole}, past the face")

    assert past == []

    words = "\n".join(path.read_text() for path in DOORS)
    by_plugin = {
        name
        for question in vars(questions).values()
        if isinstance(question, Question)
        for name in vars(question.protocol)
    }
    unused = {
        (face, name)
        for face, room in FACES.items()
        for name in table_of(room)
        if (face, name) not in asked
        and not (face in PLUGINS and name in by_plugin)
        and not any(f"{short}.{name}" in words for short in _short_names(face))
    }
    assert unused == set()


@cache
def _short_names(face: str) -> set[str]:
    """Return the names by which files call a face: its own, or the one that they give it."""
    parent, _, last = face.rpartition(".")
    return {
        alias.asname or alias.name
        for path in DOORS
        for node in read_outline(path).imports
        if isinstance(node, ast.ImportFrom) and node.module == parent
        for alias in node.names
        if alias.name == last
    }


def _owner_of(module: str) -> str:
    """Return whose a module is: its part of a room, or its wing."""
    return ".".join(module.split(".")[: 3 if module.startswith("twiceshy.") else 1])


def test_every_recipe_has_a_caller_that_counts() -> None:
    """A door through the face, `learn`, a recipe beside it, or its wing's plugin; else it belongs elsewhere."""
    callers: dict[str, set[str]] = {}
    for caller, called in imports().items():
        for one in called:
            callers.setdefault(one, set()).add(caller.rpartition(".")[0] if caller not in FACES else caller)
    homeless = {
        one
        for one in modules()
        if one.rpartition(".")[0] in FACES
        and not callers.get(one, set()) & {one.rpartition(".")[0], _owner_of(one), "twiceshy.recipes.learn"}
    }

    assert homeless == HANDED_ON


@pytest.mark.parametrize("words", MOST_MODULES)
def test_a_verb_imports_no_more_than_before(words: str) -> None:
    """Import time is most of a short verb's time."""
    command = [sys.executable, "-X", "importtime", "-m", "twiceshy", *words.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    found = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "| " in line}
    assert len({name for name in found if name.split(".")[0] in OURS}) <= MOST_MODULES[words]
