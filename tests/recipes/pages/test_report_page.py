"""recipes.pages.report_page: the page's numbers are those of the screens, and rows' text is there only if asked for."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_first_look

from twiceshy.base.config import Config, load
from twiceshy.base.errors import TwiceshyError
from twiceshy.base.values import Scope
from twiceshy.privacy.outgoing import OutgoingTexts, SecretLeft
from twiceshy.recipes.look.cost_report import build_cost_report
from twiceshy.recipes.look.insights import list_insights
from twiceshy.recipes.look.whole_report import build_report
from twiceshy.recipes.pages.report_page import build_report_page
from twiceshy.records.spending import CostGroup

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("store")
    return fill_with_first_look(load({"home": str(folder / "data")}, {}, folder))


def test_one_query_feeds_each_number(sample: Config) -> None:
    """Totals, tasks, costs and insights are those of the terminal's screens."""
    page, report = build_report_page(sample, Scope(), NOW, with_text=False), build_report(sample, Scope())
    listed = list_insights(sample, Scope())

    assert page.totals == report.totals
    assert list(page.work) == report.work
    assert page.cost == build_cost_report(sample, Scope(), CostGroup.DAY, NOW)
    assert [(one.id, one.count, one.waited_s) for one in page.listed.insights] == [
        (one.id, one.count, one.waited_s) for one in listed.insights
    ]
    assert page.causes.causes
    assert page.habits


def test_cases_have_text_only_if_asked_for(sample: Config) -> None:
    """As many either way."""
    without, with_text = (build_report_page(sample, Scope(), NOW, with_text=wanted) for wanted in (False, True))

    assert {key: len(rows) for key, rows in without.cases.items()} == {
        key: len(rows) for key, rows in with_text.cases.items()
    }
    assert not any(case.text for rows in without.cases.values() for case in rows)
    assert all(case.text for rows in with_text.cases.values() for case in rows)


def test_a_scope_without_sessions_gives_an_empty_page(sample: Config, tmp_path: Path) -> None:
    """Not an error."""
    page = build_report_page(sample, Scope(project="nobody's"), NOW, with_text=False)

    assert (page.totals.sessions, page.listed.insights, page.causes.weeks, page.models) == (0, (), (), page.models)
    assert not any(one.rows for one in page.models)


def test_a_text_that_may_not_leave_stops_the_page(sample: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """It passes the same gate as an export, and the error says what helps."""
    monkeypatch.setattr(OutgoingTexts, "clean", lambda _, texts: (list(texts), SecretLeft(0, "github-token")))

    with pytest.raises(TwiceshyError, match=r"github-token.*twiceshy redact"):
        build_report_page(sample, Scope(), NOW, with_text=True)
