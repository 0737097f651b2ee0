"""A CI machine is told once that its records go with it, and whoever decided is told nothing."""

import os
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped
from tests.shortcuts import put_compiled_rules

from twiceshy.archive.db import Store
from twiceshy.records.runs import RunPlan
from twiceshy.run.recipes.vanishing_hint import find_hint


def test_a_fresh_machine_is_told(scratch_home: Path) -> None:
    """Until something is kept there."""
    assert "TWICESHY_TELEMETRY_BACKEND" in find_hint(RunPlan())

    with Store.open(Path(os.environ["TWICESHY_HOME"])):
        assert find_hint(RunPlan()) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWICESHY_TELEMETRY_BACKEND", "local"),
        ("TWICESHY_TELEMETRY_BACKEND", "http"),
        ("TWICESHY_TELEMETRY_LEVEL", "none"),
        ("TWICESHY_ENABLED", "false"),
        ("TWICESHY_PRIVACY_LEVEL", "no such level"),
    ],
)
def test_who_decided_is_told_nothing(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Nor is who keeps nothing; and a setting that cannot be read is somebody else's to tell."""
    monkeypatch.setenv(name, value)

    assert find_hint(RunPlan()) == ""


def test_it_is_said_on_a_ci_machine_only() -> None:
    """On stderr, once, and the command's own output stays what it is."""
    run = Wrapped()
    del run.environment["TWICESHY_TELEMETRY_LEVEL"]
    del run.environment["TWICESHY_TELEMETRY_BACKEND"]
    put_compiled_rules(Path(os.environ["TWICESHY_HOME"]))
    machine = {**run.environment, "CI": "true"}

    run.environment = {**machine, "CI": "false"}
    assert run("--no-telemetry", "--", "echo", "x").stderr == b""
    run.environment = machine
    first, second = (run("--wait-telemetry", "--", "echo", "x") for _ in "ab")
    assert (first.stdout, first.stderr.count(b"go when it goes")) == (b"x\n", 1)
    assert (second.stdout, second.stderr) == (b"x\n", b"")
