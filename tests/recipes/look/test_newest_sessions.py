"""recipes.look.scope_check: filters that nothing fits are noticed, and only these."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.doors.cli.main import main
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.look.newest_sessions import find_missed


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("sample")
    config = load({"home": str(folder / "data")}, {}, folder)
    write_sample(folder / "logs", seed=1, today=date(2026, 11, 20))
    ingest([folder / "logs"], config)
    return config


def test_where_nothing_is_stored_no_filter_is_at_fault(tmp_path: Path) -> None:
    """Each verb says what to do on an empty store."""
    assert find_missed(load({"home": str(tmp_path)}, {}, tmp_path), Scope(project="x")) is None


FITTING = [Scope(), Scope(project="SHOP"), Scope(agent="claude-code"), Scope(since=datetime(2026, 1, 1, tzinfo=UTC))]


@pytest.mark.parametrize("scope", FITTING, ids=str)
def test_a_scope_with_sessions_is_fine(sample: Config, scope: Scope) -> None:
    """A part of a name is enough, in whatever case."""
    assert find_missed(sample, scope) is None


def test_what_is_around_an_empty_scope_is_found(sample: Config) -> None:
    """The names there are, and the days of what else was asked for."""
    found = find_missed(sample, Scope(project="shop", since=datetime(2030, 1, 1, tzinfo=UTC)))
    wrong = find_missed(sample, Scope(project="typo"))

    assert found is not None
    assert (found.knows_project, found.knows_agent) == (True, True)
    assert found.last_at is not None
    assert wrong is not None
    assert (wrong.knows_project, wrong.first_at) == (False, None)
    assert wrong.projects


VERBS = ["report", "sessions", "search x", "effects", "score", "workflow check", "workflow worth", "history x"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_with_filters_names_the_newest_day(
    sample: Config, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One answer wherever ``--since`` and ``--project`` stand: exit code 30, and what would fit."""
    home = ["--home", str(sample.home)]

    assert main([*home, *verb.split(), "--since", "2030-01-01"]) == 30
    assert main([*home, *verb.split(), "--project", "web-shpo"]) == 30

    out, err = capsys.readouterr()
    assert out == ""
    assert "the newest session is of" in err
    assert "Did you mean web-shop?" in err
