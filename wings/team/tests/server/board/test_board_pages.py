"""What each page says of a team's rows: true numbers, names for administrators only, and nothing of another team."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from wings.team.tests.server.team_clients import SCAN
from wings.team.tests.store.team_rows import NOW, a_caller, a_row, a_token

from twiceshy.doors.web.dashboard.asked import LinkedCell, RowTable
from twiceshy.records.team import Caller
from twiceshy.screens.number_words import make_page_words
from twiceshy_team.serve import TeamServer
from twiceshy_team.server.board.board_asked import BoardAsked
from twiceshy_team.server.board.board_pages import BOARD_PAGES
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import open_team_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TeamStore]:
    """An empty store in one file."""
    found = open_team_store(str(tmp_path / "team.db"))
    yield found
    found.close()


def draw(store: TeamStore, caller: Caller, path: str, since: str = "30d") -> tuple[str, dict[str, list[list[str]]]]:
    """The lead of a page, and the texts of its tables by title."""
    page = next(one for one in BOARD_PAGES if one.path == path)
    asked = BoardAsked(
        server=TeamServer(store=store, scan=SCAN, level="full"),
        caller=caller,
        words=make_page_words(),
        now=NOW,
        query={"since": since},
    )
    drawn = page.draw(page.read(asked), asked)
    return " ".join(drawn.lead), {table.title: read_cells(table) for table in drawn.tables}


def read_cells(table: RowTable) -> list[list[str]]:
    """The texts of a table; each row has a cell for every column."""
    rows = [[cell.text if isinstance(cell, LinkedCell) else cell for cell in row] for row in table.rows]
    assert {len(row) for row in rows} <= {len(table.columns)}
    assert all(place < len(table.columns) for place in table.counts)
    return rows


def test_the_first_page_sums_what_people_did(store: TeamStore) -> None:
    """By day, or by week over a long time; another team's rows are in no number."""
    ada = a_caller(store)
    ben = a_caller(store, ada.team, "Ben")
    old = NOW - timedelta(days=1)
    store.accept(ada, [a_row("execution", str(n), exit_code=n % 2, total_runtime=2.0) for n in range(4)], NOW)
    store.accept(ben, [a_row("session", "s", 0, old, calls=10, failed_calls=1, corrections=2, prompts=4)], NOW)
    stranger = a_caller(store)
    store.accept(stranger, [a_row("execution", "theirs")], NOW)

    lead, tables = draw(store, ada, "/")

    assert lead.startswith("2 of 2 members sent something in the last 30 days: 1 session, 4 runs.")
    assert tables["Work"] == [
        ["2026-11-23", "0", "0", "", "0", "4", "50 %", "0"],
        ["2026-11-22", "1", "10", "10 %", "2", "0", "", "0"],
    ]
    assert [row[0] for row in draw(store, ada, "/", "1y")[1]["Work"]] == ["2026-11-23", "2026-11-16"]
    assert [row[:2] for row in tables["What came in, by how long it was on its way"]] == [
        ["execution", "4"],
        ["session", "1"],
    ]
    assert draw(store, stranger, "/")[0].startswith("1 of 1 member sent something in the last 30 days: 1 run.")


def test_an_empty_team_is_told_what_to_do(store: TeamStore) -> None:
    """On every page, without a number that is not there."""
    caller = a_caller(store, "", "Ada", "read", "admin")

    for page in BOARD_PAGES:
        lead, _ = draw(store, caller, page.path)
        assert lead
        assert not re.search(r"nan|None", lead)


def test_commands_have_a_name_only_where_somebody_told_it(store: TeamStore) -> None:
    """Else the beginning of their hash."""
    ada = a_caller(store)
    named = [a_row("execution", str(n), team_hash="ab" * 16, team_epoch="e", command_head="make") for n in range(2)]
    unnamed = a_row("execution", "x", team_hash="cd" * 16, team_epoch="e", exit_code=0, total_runtime=9.0)
    store.accept(ada, [*named, unnamed], NOW)

    lead, tables = draw(store, ada, "/commands")

    assert lead.startswith("3 runs, ")
    assert {row[0]: row[2] for row in tables["Commands"]} == {"make": "2", "cd" * 6: "1"}


def test_agents_are_told_by_model(store: TeamStore) -> None:
    """Sessions that twiceshy recorded, and what exporters reported."""
    ada = a_caller(store)
    rows = [
        a_row("session", "s", model="m-1", agent="codex", calls=10, failed_calls=5, prompts=4, corrections=1),
        a_row("event", "e", agent="codex", name="tool_result", tool="Bash", success=False, error_type="timeout"),
    ]
    store.accept(ada, rows, NOW)

    _, tables = draw(store, ada, "/agents")

    assert [row[:8] for row in tables["Sessions by model"]] == [["m-1", "codex", "1", "1", "4", "10", "50 %", "25 %"]]
    assert [row[:4] for row in tables["Tools"]] == [["Bash", "1", "1", "100 %"]]
    assert tables["How tools fail"] == [["Bash", "timeout", "1", "1"]]


def test_administrators_see_people_and_their_tokens(store: TeamStore) -> None:
    """With names and states; no token is told."""
    ada = a_caller(store, "", "Ada", "read", "admin")
    store.make_token(ada.team, a_token(ada))
    store.make_token(ada.team, a_token(ada, "old", NOW - timedelta(days=1)))
    store.make_token(ada.team, a_token(ada, "gone"))
    store.revoke_token(ada.team, a_token(ada, "gone").digest, NOW)
    store.accept(ada, [a_row("execution")], NOW)

    _, tables = draw(store, ada, "/people")

    assert [row[0] for row in tables["Members"]] == ["Ada"]
    assert tables["Members"][0][3:] == ["1", "0", "1", "0"]
    assert sorted(row[4].split()[0] for row in tables["Tokens"]) == ["expired", "holds", "revoked"]
    assert {row[2] for row in tables["Tokens"]} == {"Ada"}


def test_only_the_page_of_people_has_names(store: TeamStore) -> None:
    """And only an administrator may open it."""
    ada = a_caller(store, "", "Ada Lovelace", "read", "admin")
    store.accept(ada, [a_row("execution"), a_row("session"), a_row("event", "e")], NOW)

    named = {page.path for page in BOARD_PAGES if "Lovelace" in str(draw(store, ada, page.path))}

    assert named == {page.path for page in BOARD_PAGES if page.scope == "admin"} == {"/people"}
