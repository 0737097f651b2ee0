"""A run of a machine that vanishes is with the server or in a file afterwards, and never in a store."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.archive.run_records import execution, match
from tests.wings.team.remote.fake_server import Answer, FakeTeam, Request, answer_rows, http, serving
from tests.wings.team.sync.sending import NOW, settings, terms

from twiceshy.base.config import Config
from twiceshy.base.errors import StoreUnwritable
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.privacy.wire.wire_rows import decode_row
from twiceshy.records.team import WireRow
from twiceshy.run.recipes.vanishing_run import keep_apart
from twiceshy.wings.team.remote.file_target import list_files, read_lines

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
