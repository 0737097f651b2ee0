"""The import graph is read right: a check that sees no arrow would pass for ever."""

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
