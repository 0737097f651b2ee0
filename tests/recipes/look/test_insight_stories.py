"""recipes.look.insight_stories : `show` lists exactly the cases that the report counted."""

from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_first_look

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.recipes.look.insight_stories import list_hidden_failures, show_insight
from twiceshy.recipes.look.insights import choose_scope
from twiceshy.recipes.look.whole_report import build_overview
from twiceshy.records.insights import InsightKind


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("sample")
    empty = load({"home": str(folder / "data")}, {}, Path(folder))
    return fill_with_first_look(empty)


def test_an_unknown_insight_is_an_error_with_where_to_look(sample: Config) -> None:
    """Nothing is made up."""
    with pytest.raises(NotFound, match="twiceshy report insights"):
        show_insight(sample, "i-000000000", Scope())


def test_each_insight_shows_exactly_the_cases_that_were_counted(sample: Config) -> None:
    """As many as the report says, the same ones, newest first."""
    listed = build_overview(sample, choose_scope(sample, Scope())).insights

    assert listed.insights
    for insight in listed.insights:
        story = show_insight(sample, insight.id, Scope())
        times = [case.at for case in story.cases if case.at is not None]
        assert story.insight == insight
        assert len(story.cases) == insight.count == len(insight.cases)
        assert [case.session for case in story.cases] == [f"s-{case.session.hex()[:8]}" for case in insight.cases]
        assert times == sorted(times, reverse=True)


def test_hidden_failures_are_those_of_their_insights(sample: Config) -> None:
    """Each case of each of them."""
    listed = build_overview(sample, choose_scope(sample, Scope())).insights.insights
    hidden = [insight for insight in listed if insight.kind is InsightKind.HIDDEN_FAILURE]

    assert [story.insight for story in list_hidden_failures(sample, Scope())] == hidden
