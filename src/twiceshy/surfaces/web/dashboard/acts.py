"""The acts, one literal row each: what buttons and keys of a page do. Each is a flow of the command line's."""

from twiceshy.surfaces.web.dashboard import runs_page
from twiceshy.surfaces.web.dashboard.asked import DashboardAct

ACTS: tuple[DashboardAct, ...] = (DashboardAct("/api/runs/{id}/feedback", runs_page.rate_run),)
