"""The pages, one literal row each; the parts that a page loads into itself stand behind it."""

from twiceshy.surfaces.web.dashboard import overview
from twiceshy.surfaces.web.dashboard.asked import DashboardPage

PAGES: tuple[DashboardPage, ...] = (
    DashboardPage("/", "Overview", "", overview.read_frame, overview.draw_frame, key="o"),
    DashboardPage("/overview/insights", "", "report", overview.read_report, overview.draw_insights),
    DashboardPage("/overview/cost", "", "cost", overview.read_cost, overview.draw_cost),
    DashboardPage("/overview/work", "", "report", overview.read_work, overview.draw_work),
)
