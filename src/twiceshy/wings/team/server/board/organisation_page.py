"""The fleet's report on a team's board, where the server's own setting `fleet.output` names an output.

It is of a whole organisation, which is more than one team's members asked for: with the scope `admin` all of it is
shown, with `read` nothing.
"""

from collections.abc import Callable

from twiceshy.base.config import Config
from twiceshy.doors.web import fleet_rows
from twiceshy.records.fleet import FleetReport
from twiceshy.wings.fleet import recipes as fleet
from twiceshy.wings.team.server.board.board_asked import BoardAsked, BoardDrawn, BoardPage


def list_fleet_pages(config: Config) -> tuple[BoardPage, ...]:
    """Return the page of the output that is set; none where none is."""
    if not config.fleet_output:
        return ()
    return (BoardPage("/fleet", "Fleet", "admin", _read(config), draw_fleet),)


def _read(config: Config) -> Callable[[BoardAsked], FleetReport]:
    """Return what reads the report of that output."""

    def read(asked: BoardAsked) -> FleetReport:
        by = fleet_rows.choose_dimension(asked.query.get("by", ""))
        return fleet.build_fleet_report(config, config.fleet_output, by, asked.query.get("team", ""))

    return read


def draw_fleet(found: FleetReport, asked: BoardAsked) -> BoardDrawn:
    """Draw what is worth doing, then every table."""
    worth = [f"{one.says}. {one.cost} · {one.do}" for one in fleet_rows.list_worth_doing(found, asked.words)]
    lead = (
        fleet_rows.describe_whole(found, asked.words),
        *fleet_rows.describe_limits(found, asked.words),
        *(f"{number}. {line}" for number, line in enumerate(worth, 1)),
        "Another dimension stands in the address: `?by=repository`, `agent`, `model` or `month`.",
    )
    return BoardDrawn(lead, fleet_rows.draw_all(found, asked.words), has_window=False)
