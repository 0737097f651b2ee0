"""A run of a machine that vanishes is with the server or in a file afterwards, and never in a store."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.archive.run_records import execution, match
from tests.run.wrapping import Wrapped
from tests.shortcuts import put_compiled_rules
from wings.team.tests.remote.fake_server import Answer, FakeTeam, Request, answer_rows, http, serving
from wings.team.tests.sync.sending import NOW, settings, terms

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreUnwritable
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.privacy.wire.wire_rows import decode_row
from twiceshy.records.runs import RunPlan
from twiceshy.records.team import WireRow
from twiceshy.run.recipes.vanishing_run import find_hint, keep_apart
from twiceshy_team.remote.file_target import list_files, read_lines

ROWS = make_run_rows(execution(1), [match(1)], (), terms())
IDS = [row.id for row in ROWS]


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A machine without a store, and with a token."""
    monkeypatch.setenv("TWICESHY_SYNC_TOKEN", "tws_" + "A" * 43)
    return replace(settings(scratch_home, "http"), sync_folder=scratch_home / "out")


def kept(config: Config) -> Sequence[WireRow]:
    """Rows in files."""
    return [decode_row(line) for file in list_files(config.sync_folder.glob("*")) for line in read_lines(file)]


def test_without_a_server_it_lies_in_a_file(config: Config) -> None:
    """For who carries it."""
    keep_apart(config, ROWS, NOW)

    assert [row.id for row in kept(config)] == IDS
    assert not config.home.exists()


def test_what_the_server_has_is_in_no_file(config: Config) -> None:
    """Nor anywhere else here."""
    team = FakeTeam()
    with serving(team) as server:
        keep_apart(replace(config, sync_url=server.url), ROWS, NOW)

    assert set(team.rows) == set(IDS)
    assert kept(config) == []
    assert not config.home.exists()


@pytest.mark.parametrize(
    "answer", [pytest.param(lambda _: http(500), id="broken"), pytest.param(lambda _: http(401), id="refused")]
)
def test_what_the_server_has_not_lies_in_a_file(config: Config, answer: Answer) -> None:
    """All of it."""
    with serving(answer) as server:
        keep_apart(replace(config, sync_url=server.url), ROWS, NOW)

    assert {row.id for row in kept(config)} == set(IDS)


def test_of_a_half_answer_the_rest_lies_in_a_file(config: Config) -> None:
    """What it said nothing of."""
    team = FakeTeam()

    def answer_first(request: Request) -> bytes:
        return answer_rows([team.take(request.body.splitlines()[0])])

    with serving(answer_first) as server:
        keep_apart(replace(config, sync_url=server.url), ROWS, NOW)

    assert {row.id for row in kept(config)} == set(IDS) - set(team.rows)


def test_without_a_token_it_lies_in_a_file(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody is asked."""
    monkeypatch.delenv("TWICESHY_SYNC_TOKEN")
    with serving(FakeTeam()) as server:
        keep_apart(replace(config, sync_url=server.url), ROWS, NOW)
        assert server.connections == 0

    assert [row.id for row in kept(config)] == IDS


def test_where_no_file_can_be_written_it_is_said(config: Config) -> None:
    """With the folder's name."""
    config.sync_folder.write_text("a file")

    with pytest.raises(StoreUnwritable, match="out"):
        keep_apart(config, ROWS, NOW)


# A CI machine is told once that its records go with it, and whoever decided is told nothing.


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
