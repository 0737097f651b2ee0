"""All of it over many people's logs and repositories: list, cut into shards, work on each, merge, report."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_fleet.recipes.fleet_plan import plan_fleet as plan_fleet
    from twiceshy_fleet.recipes.fleet_report import build_fleet_report as build_fleet_report
    from twiceshy_fleet.recipes.fleet_run import run_fleet as run_fleet
    from twiceshy_fleet.recipes.fleet_status import read_fleet_status as read_fleet_status

__getattr__, __dir__ = open_face(
    __name__,
    {
        "plan_fleet": "fleet_plan",
        "build_fleet_report": "fleet_report",
        "read_fleet_status": "fleet_status",
        "run_fleet": "fleet_run",
    },
)
