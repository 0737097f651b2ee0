"""Surfaces meet flows at the faces of their sub-rooms, and a verb pays only for what it asks for."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "twiceshy"
SUB_ROOMS = sorted(path.parent for path in (SOURCE / "flows").glob("*/__init__.py"))
SURFACES = [*sorted((SOURCE / "surfaces").rglob("*.py")), SOURCE / "learned.py"]
MOST_MODULES = {"--help": 10, "report": 183, "run -- true": 29, "lessons list": 70, "sessions": 58}
"""Modules of ours that a verb imports where nothing is stored, where a report reads logs first: measured 2026-11-22,
of `report` again on 2026-11-23: it offers the rules that a person stated, and looks for what others told;
of all but `run` once more on that day: the values of settings have a module of their own; of `report` on 2026-11-24:
the forms of work trees' paths have one too, and so have what the rules of linters want and the names of code that are
no secret; of `sessions`: a log's own counter of its cost."""


def table_of(room: Path) -> dict[str, str]:
    """Read the table that a face is made of: each name with its module."""
    tree = ast.parse((room / "__init__.py").read_text())
    table = next(node for node in ast.walk(tree) if isinstance(node, ast.Dict))
    return dict(ast.literal_eval(table))


@pytest.mark.parametrize("room", SUB_ROOMS, ids=lambda room: room.name)
def test_a_face_names_what_exists(room: Path) -> None:
    """What type checkers see is what runs, and no name hides a module."""
    table = table_of(room)
    face = importlib.import_module(f"twiceshy.flows.{room.name}")
    typed = {
        alias.asname: (node.module or "").rpartition(".")[2]
        for node in ast.walk(ast.parse((room / "__init__.py").read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("twiceshy.flows")
        for alias in node.names
    }

    assert typed == table
    assert dir(face) == sorted(table)
    assert set() == table.keys() & {path.stem for path in room.glob("*.py")}
    assert all(callable(getattr(face, name)) for name in table)


def test_a_face_has_nothing_else() -> None:
    """A name that is not in the table is an attribute error that names the package."""
    face = importlib.import_module("twiceshy.flows.judge")

    with pytest.raises(AttributeError, match=r"'twiceshy\.flows\.judge' has no attribute 'nothing'"):
        _ = face.nothing


def flows_imported(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a file imports from flows: the sub-room and the name, "" for the whole face."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "import") for alias in node.names if alias.name.startswith("twiceshy.flows"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("twiceshy.flows"):
            for alias in node.names:
                if node.module == "twiceshy.flows":
                    yield alias.name, ""
                else:
                    yield (node.module or "").removeprefix("twiceshy.flows."), alias.name


def test_surfaces_use_faces_only() -> None:
    """And every name of a face is used by one of them."""
    faces = {room.name: table_of(room) for room in SUB_ROOMS}
    asked = {(room, name) for path in SURFACES for room, name in flows_imported(path)}

    assert {(room, name) for room, name in asked if room not in faces or (name and name not in faces[room])} == set()

    words = "\n".join(path.read_text() for path in SURFACES)
    unused = {
        (room, name)
        for room, table in faces.items()
        for name in table
        if (room, name) not in asked and f"{room}.{name}" not in words
    }
    assert unused == set()


@pytest.mark.parametrize("words", MOST_MODULES)
def test_a_verb_imports_no_more_than_before(words: str) -> None:
    """Import time is most of a short verb's time."""
    command = [sys.executable, "-X", "importtime", "-m", "twiceshy", *words.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "| " in line}
    assert len({name for name in imported if name.split(".")[0] == "twiceshy"}) <= MOST_MODULES[words]
