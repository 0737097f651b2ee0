"""The fleet's report, where the setting `fleet.output` names an output: what `twiceshy fleet report` says of it."""

from twiceshy.doors.web import fleet_rows
from twiceshy.doors.web.dashboard.asked import Asked, DashboardPage, Drawn
from twiceshy.records.fleet import FleetReport
from twiceshy_fleet import recipes as fleet


def read_fleet(asked: Asked) -> FleetReport:
    """Return the report by what the address asks for; it is asked each time, as another machine may write the output.

    Raises:
        NotFound: nothing is in the output yet.
    """
    by = fleet_rows.choose_dimension(asked.query.get("by", ""))
    return fleet.build_fleet_report(asked.config, asked.config.fleet_output, by, asked.query.get("team", ""))


def draw_fleet(found: FleetReport, asked: Asked) -> Drawn:
    """Draw what is worth doing, then every table."""
    values = {
        "lead": (fleet_rows.describe_whole(found, asked.words), *fleet_rows.describe_limits(found, asked.words)),
        "worth": fleet_rows.list_worth_doing(found, asked.words),
        "dimensions": fleet_rows.link_dimensions(found, "/fleet"),
        "tables": fleet_rows.draw_all(found, asked.words),
    }
    return Drawn("fleet.html", values)


PAGES: tuple[DashboardPage, ...] = (
    DashboardPage(
        "/fleet",
        "Fleet",
        "fleet-report",
        read_fleet,
        draw_fleet,
        key="e",
        waits="Asking the fleet's tables",
        shown=lambda config: bool(config.fleet_output),
    ),
)
