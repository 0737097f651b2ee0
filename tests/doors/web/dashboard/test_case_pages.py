"""doors.web.dashboard.case_pages: the cases of an insight."""

from pathlib import Path

from tests.doors.web.dashboard.boards import NOW, open_board
from tests.doors.web.pages import WORDING, an_insight

from twiceshy.base.config import load
from twiceshy.base.values import Scrubbed
from twiceshy.doors.web.dashboard.asked import Asked
from twiceshy.doors.web.dashboard.case_pages import draw_insight
from twiceshy.doors.web.dashboard.page_answers import PageAnswers
from twiceshy.records.insights import CaseLine, InsightStory, RepeatedCost


def test_each_case_of_an_insight_leads_to_its_message(tmp_path: Path) -> None:
    """The third of three cases too, with what ran and what it said."""
    insight = an_insight("one", "pytest fails")
    lines = tuple(
        CaseLine(case.at, "s-73", Scrubbed("Bash"), Scrubbed("pytest"), "error", Scrubbed("no module"))
        for case in insight.cases
    )
    asked = Asked(
        config=load({"home": str(tmp_path)}, {}, tmp_path), words=WORDING, kept=PageAnswers(tmp_path), now=NOW
    )
    whole = RepeatedCost(waited_s=0.0, cost_usd=None, agent_s=0.0, total_usd=None)
    found = draw_insight(InsightStory(insight=insight, whole=whole, cases=lines), asked).values

    assert [one["href"] for one in found["cases"]] == [
        f"/sessions/s-73?at={case.uid.hex()}#m-{case.uid.hex()}" for case in insight.cases
    ]
    assert (found["cases"][2]["about"], found["cases"][2]["text"]) == ("Bash pytest", "no module")


def test_an_insight_that_is_none_is_told(tmp_path: Path) -> None:
    """Nothing is stored: the page says what to do."""
    answer = open_board(tmp_path).let_in().get("/insights/i-00000000", headers={"hx-request": "true"})

    assert answer.status_code == 404
