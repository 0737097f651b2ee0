"""The board's page of a fleet: for administrators, where the server's setting names an output."""

from pathlib import Path

import pytest
from wings.fleet.tests.lake.small_outputs import write_example
from wings.team.tests.server.team_clients import SCAN
from wings.team.tests.store.team_rows import NOW, a_caller

from twiceshy.base.config import load
from twiceshy.doors.web import fleet_rows
from twiceshy.screens.number_words import make_page_words
from twiceshy_fleet import recipes as fleet
from twiceshy_team.serve import TeamServer
from twiceshy_team.server.board.board_asked import BoardAsked
from twiceshy_team.server.board.board_pages import BOARD_PAGES, list_board_pages
from twiceshy_team.store.opening import open_team_store

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


def test_without_the_setting_there_is_none(tmp_path: Path) -> None:
    """Nor without settings."""
    assert list_board_pages(None) == list_board_pages(load({}, {}, tmp_path)) == BOARD_PAGES


def test_administrators_see_the_command_line_s_figures(tmp_path: Path) -> None:
    """Every table is drawn by the same rows."""
    write_example(tmp_path / "out")
    config = load({"home": str(tmp_path)}, {"TWICESHY_FLEET_OUTPUT": str(tmp_path / "out")}, tmp_path)
    page = list_board_pages(config)[-1]
    store = open_team_store(str(tmp_path / "team.db"))
    server = TeamServer(store=store, scan=SCAN, level="full")
    asked = BoardAsked(
        server=server, caller=a_caller(store), words=make_page_words(), now=NOW, query={"by": "repository"}
    )

    drawn = page.draw(page.read(asked), asked)
    store.close()

    found = fleet.build_fleet_report(config, str(tmp_path / "out"), "repository")
    assert (page.path, page.scope) == ("/fleet", "admin")
    assert drawn.lead[0] == fleet_rows.describe_whole(found, asked.words)
    assert list(drawn.tables) == list(fleet_rows.draw_all(found, asked.words))
    assert not drawn.has_window
