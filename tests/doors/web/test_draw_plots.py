"""doors.web.draw_plots: a plot has the numbers of its table, and no number where nothing is known."""

from tests.doors.web.pages import a_cost, a_page, work_rows

from twiceshy.doors.web.draw_plots import OTHERS, list_months, name_cause, plot_causes, plot_cost, plot_work
from twiceshy.records.spending import CostRow

DAY = 86400
NOV_18 = 1_794_960_000


def test_each_day_has_its_dollars() -> None:
    """Midnight UTC of the day stands for it; messages without a time have no day."""
    cost = a_cost()
    undated: CostRow = cost.total
    found = plot_cost(type(cost)(**{**{n: getattr(cost, n) for n in cost.__slots__}, "rows": [*cost.rows, undated]}))

    assert found["x"] == [NOV_18, NOV_18 + DAY, NOV_18 + 2 * DAY]
    assert found["series"] == [{"name": "cost", "values": [3.5, 12.25, 0.4]}]


def test_a_week_without_sessions_is_a_gap() -> None:
    """Not zero."""
    found = plot_causes(a_page().causes)

    assert [one["values"] for one in found["series"]] == [[4, None, 3], [2, None, 0], [1, None, 4]]
    assert [one["name"] for one in found["series"]] == ['"no such file"', "error e-2b", OTHERS]


def test_a_long_cause_is_cut() -> None:
    """With a mark."""
    assert name_cause("x" * 200, "e-1") == "x" * 89 + "…"


def test_months_with_few_tasks_are_left_out() -> None:
    """And other groups too."""
    found = plot_work(work_rows())

    assert [one.name for one in list_months(work_rows())] == ["2026-10", "2026-11"]
    assert [one["values"] for one in found["series"]] == [[0.5333, 0.8], [0.3333, 0.6], [0.7333, 1.0]]
    assert plot_work(())["x"] == []
