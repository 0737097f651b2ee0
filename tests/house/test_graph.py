"""The import graph is read right: a check that sees no arrow would pass for ever."""

import tomllib
from collections import defaultdict

from tests.house import graph


def test_imports_inside_functions_and_for_types_are_arrows() -> None:
    """The command line imports its leaves late, and the gate its records for types."""
    found = graph.imports()

    assert "twiceshy.archive.connect" in found["twiceshy.archive.db"]
    assert any(name.startswith("twiceshy.recipes.") for name in found["twiceshy.doors.cli.commands.report"])


def test_a_ring_is_found() -> None:
    """Of three modules of which two import each other, these two."""
    ring = {"a": frozenset({"b"}), "b": frozenset({"a", "c"}), "c": frozenset[str]()}

    assert graph.circles(ring) == [["a", "b"]]


def test_the_core_knows_no_wing_and_a_wing_only_what_it_is_installed_with() -> None:
    """Imports inside functions and for types count; what a wing imports stands in its dependencies."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, others in graph.imports().items():
        found[name.partition(".")[0]] |= {one.partition(".")[0] for one in others}
    needs = {"twiceshy": {"twiceshy"}}
    for wing in graph.WINGS:
        project = tomllib.loads((wing.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        ours = {one.replace("-", "_") for one in project["dependencies"]} & graph.OURS
        needs[wing.name] = {wing.name, *ours}

    assert found == needs
    assert [name for name in needs if needs[name] - {name, "twiceshy", "twiceshy_git"}] == []


def test_a_wing_has_the_cores_version() -> None:
    """It is read from one file."""
    for wing in graph.WINGS:
        settings = tomllib.loads((wing.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))

        place = wing.parents[1] / settings["tool"]["hatch"]["version"]["path"]
        assert place.resolve() == (graph.SOURCE / "__init__.py").resolve()
        assert settings["project"]["dynamic"] == ["version"]
