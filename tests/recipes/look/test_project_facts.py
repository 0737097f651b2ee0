"""recipes.look.project_facts: from stored sessions to facts and their cases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import read_commits_at
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.doors.cli.main import main
from twiceshy.recipes.look.project_facts import read_fact_story, read_project_facts
from twiceshy.records.project_facts import ProjectFactKind


@pytest.fixture
def sample(tmp_path: Path) -> Config:
    return fill_with_sample(tmp_path)


def test_nothing_in_scope_is_no_fact(sample: Config) -> None:
    """A name that no project has gives none."""
    assert read_project_facts(sample, Scope(project="nothing")) == []


def test_each_fact_shows_exactly_its_cases(sample: Config) -> None:
    """As many as are counted, newest first."""
    facts = read_project_facts(sample, Scope())

    assert ProjectFactKind.TEST in {fact.kind for fact in facts}
    for fact in facts:
        calls = read_fact_story(sample, fact.id).calls
        assert len(calls) == fact.n
        times = [call.at for call in calls if call.at]
        assert times == sorted(times, reverse=True)


def test_an_id_that_nothing_has_is_said(sample: Config) -> None:
    """With the verb that lists facts."""
    with pytest.raises(NotFound, match="report facts"):
        read_fact_story(sample, "p-0000000000")


def test_facts_are_drawn_and_shown(sample: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """By the report's section and by id."""
    fact = read_project_facts(sample, Scope())[0]

    assert main(["--home", str(sample.home), "report", "facts"]) == 0
    assert fact.id in capsys.readouterr().out
    assert main(["--home", str(sample.home), "show", fact.id]) == 0
    assert fact.says in capsys.readouterr().out


def test_the_commit_of_a_time_is_the_newest_before_it(tmp_path: Path) -> None:
    """None where the project has none stored."""
    with Store.open(tmp_path) as store:
        assert read_commits_at(store.connection, [("folder:/shop", datetime(2026, 11, 20, tzinfo=UTC))]) == {}
