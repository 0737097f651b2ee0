"""The map and the glossary name what is there: rooms, wings, files, and names in the code."""

import re

import pytest
from tests.house.graph import ROOT, SOURCE, WINGS, list_sources, path_of

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in list_sources())
ROWS = [line.strip("|").split(" | ") for line in GLOSSARY.split("\n") if line.startswith("| ")]
TERMS = [[cell.strip() for cell in row] for row in ROWS if len(row) == 4 and row[0].strip() != "term"]
OLD_NAMES = {"surfaces"}
"""No room: names by which hooks of older versions start us."""


ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


@pytest.mark.parametrize("room", [*ROOMS, *(f"wings/{path.parents[1].name}" for path in WINGS)])
def test_the_map_names_every_room(room: str) -> None:
    """A new room has its line, and says what it answers."""
    assert room in OLD_NAMES or re.search(rf"^\| `{re.escape(room)}` \|", ARCHITECTURE, re.MULTILINE)


@pytest.mark.parametrize("row", TERMS, ids=lambda row: row[0])
def test_a_term_is_computed_where_the_glossary_says(row: list[str]) -> None:
    """The file is there, and the name stands in the code."""
    _, _, places, code = row
    paths = re.findall(r"`([\w/]+(?:\.py)?)`", places)
    missing = [path for path in paths if not path_of(path).exists()]
    names = [name.split(".")[-1] for name in re.findall(r"`([\w.-]+)`", code) if "…" not in name]

    assert missing == []
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", CODE)] == []


def test_the_glossary_has_each_term_once() -> None:
    """A term with two meanings is two terms."""
    terms = [row[0] for row in TERMS]

    assert sorted(terms) == sorted(set(terms))
    assert len(terms) > 30
