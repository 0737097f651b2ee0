"""doors.web.draw_report_page: what the page says, to the letter."""

import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.doors.web.pages import WORDING, a_page, an_empty_page

from twiceshy.doors.web.draw_report_page import render_report_page
from twiceshy.records.figures import RiskiestWork, RiskyChange
from twiceshy.records.report import ReportPage

SNAPSHOTS = Path(__file__).parent / "snapshots"
BLOCKS = {"p", "h1", "h2", "h3", "tr", "li", "summary", "title", "section", "footer", "nav"}


class Words(HTMLParser):
    """The text of a page, a block a line, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style"}
        self.text += "\n" * (tag in BLOCKS) + " | " * (tag in {"td", "th"})
        self.text += "".join(f"[{value}]" for name, value in attrs if name == "data-plot")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text += re.sub(r"\s+", " ", data)


def read(page: ReportPage) -> str:
    """Return what a person reads."""
    parser = Words()
    parser.feed(render_report_page(page, WORDING).decode())
    lines = (re.sub(r" +", " ", line).strip(" |") for line in parser.text.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


PAGES = {"full": a_page(), "empty": an_empty_page(), "no-text": a_page(with_text=False)}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_reads(name: str) -> None:
    """Every part with something in it, with nothing, and without the text of rows."""
    text = read(PAGES[name])
    path = SNAPSHOTS / f"report-page-{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def test_text_of_rows_is_left_out_unless_asked_for() -> None:
    """Not only hidden."""
    page = a_page(with_text=False)

    assert "git push: could" in render_report_page(a_page(), WORDING).decode()
    assert "git push: could" not in render_report_page(page, WORDING).decode()


def test_many_projects_are_counted() -> None:
    """Three are named."""
    page = a_page()
    projects = [page.totals.projects[0]._replace(name=f"p{number}") for number in range(5)]

    assert "p0, p1, p2 and 2 more" in read(replace(page, totals=replace(page.totals, projects=projects)))


def test_the_riskiest_changes_are_a_part_of_their_own() -> None:
    """Only where a model was trained; their messages are foreign."""
    one = RiskyChange("a" * 40, "fix <script>x</script>", "risk 0.46", "risk 0.46: 900 lines added", "nothing yet")
    risky = RiskiestWork(model="own", since=None, changes=40, fixed=6, top=4, top_fixed=3, riskiest=(one,))
    page = a_page(riskiest=risky)
    text = read(page)

    assert "The riskiest tenth of 40 changes: 3 of 4 were fixed so far; of the others 3 of 36." in text
    assert f"{'a' * 10} fix <script>x</script> | risk 0.46: 900 lines added | nothing yet" in text
    assert "<script>x" not in render_report_page(page, WORDING).decode()
    assert "Riskiest changes" not in read(a_page())
