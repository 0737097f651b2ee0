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
from tests.house.graph import SOURCE, imports, module_name, modules

from twiceshy.base.plugins import Question
from twiceshy.records import questions

FACES = {
    module_name(path): path.parent for path in sorted(SOURCE.rglob("__init__.py")) if "open_face(" in path.read_text()
}
"""Each package that offers names of its modules."""
DOORS = sorted(
    path
    for pattern in (
        "learned.py",
        "doors/**/*.py",
        "screens/**/*.py",
        "wings/*/verbs/*.py",
        "wings/*/*_page.py",
        "wings/team/server/**/*.py",
        "wings/git/githook/*.py",
    )
    for path in SOURCE.glob(pattern)
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
    "twiceshy.wings.git.predict",
    "twiceshy.account.leaving_reads",
    "twiceshy.wings.team.store",
    "twiceshy.wings.fleet.lake",
    "twiceshy.wings.git.memory_repository",
)
"""Rooms that a door reaches through a face only."""
INNER_ALLOWED = frozenset({"twiceshy.privacy.wire", "twiceshy.insights.remedies", "twiceshy.privacy.secrets"})
"""Pure knowledge in such a room."""
HANDED_ON = {
    "twiceshy.judgement.recipes.stored_judgements",
    "twiceshy.wings.data.rows.row_exclusions",
    "twiceshy.wings.fleet.shards.large_shards",
    "twiceshy.wings.fleet.shards.merge_shards",
    "twiceshy.wings.git.memory_recipes.memory_entries",
    "twiceshy.wings.git.message_recipes.history_rows",
    "twiceshy.wings.git.message_recipes.message_curve",
}
"""Recipes of which another room makes one: each part says what goes into a memory, and `share` writes it. What is
excluded, under which licence a project is, and what a commit changed is asked by all that makes data of rows; so is a
history of messages. Stored judgements are asked by what keeps facts for briefs; where the time went, by the report of
where the money went, once that shows both."""
MOST_MODULES = {"--help": 21, "report": 190, "run -- true": 29, "lessons list": 74, "sessions": 62}
"""Modules of ours that a verb imports where nothing is stored, where a report reads logs first: measured 2026-11-25,
after the wings' verbs were looked for among the plugins (ten of ``--help`` are that: one, and two or three a wing)."""
PLUGINS = {
    value.partition(":")[0]
    for group, entries in tomllib.loads((SOURCE.parents[1] / "pyproject.toml").read_text())["project"][
        "entry-points"
    ].items()
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
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("twiceshy."):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("twiceshy."))


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
                past.append(f"{path.relative_to(SOURCE)} imports {whole}")
            if module.rpartition(".")[0] in FACES:
                past.append(f"{path.relative_to(SOURCE)} imports {whole}, past the face")

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
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == parent
        for alias in node.names
        if alias.name == last
    }


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
        and not callers.get(one, set())
        & {one.rpartition(".")[0], ".".join(one.split(".")[:3]), "twiceshy.recipes.learn"}
    }

    assert homeless == HANDED_ON


@pytest.mark.parametrize("words", MOST_MODULES)
def test_a_verb_imports_no_more_than_before(words: str) -> None:
    """Import time is most of a short verb's time."""
    command = [sys.executable, "-X", "importtime", "-m", "twiceshy", *words.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    found = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "| " in line}
    assert len({name for name in found if name.split(".")[0] == "twiceshy"}) <= MOST_MODULES[words]
