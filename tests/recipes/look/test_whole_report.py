"""recipes.look and flows.judge: from stored sessions to the report's records."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recipes.sample_store import fill_with_first_look

from twiceshy.archive.behaviours import BEHAVIOUR
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.doors.cli.main import main
from twiceshy.logs.collect.judge_behaviour import judge_behaviour
from twiceshy.recipes.learn import first_report
from twiceshy.recipes.look import whole_report
from twiceshy.records.report import ReportSection
from twiceshy.records.stories import Behaviour, Count

TODAY = date(2026, 11, 20)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "data")}, {}, tmp_path)


@pytest.fixture
def sample(config: Config) -> Config:
    return fill_with_first_look(config, TODAY)


def test_the_sample_is_reported_and_kept_apart(config: Config) -> None:
    """Without logs the first look is at the sample, in a folder of its own, and says so; a second one is the same."""
    first, again = first_report.take_first_look(config, TODAY), first_report.take_first_look(config, TODAY)

    assert "sample" in first.said
    assert first.config.home != config.home
    assert whole_report.build_report(first.config, Scope()) == whole_report.build_report(again.config, Scope())
    assert first_report.is_empty(config)


def test_the_sample_shows_every_part(sample: Config) -> None:
    """No part of the report of the sample is empty."""
    found = whole_report.build_report(sample, Scope())

    assert all((found.tools, found.errors, found.commands, found.files, found.models, found.rejections))
    assert found.habits is not None
    assert found.habits.blind.n
    assert found.overview.sessions


def test_a_section_alone_computes_nothing_else(sample: Config) -> None:
    """What is not drawn is not asked."""
    found = whole_report.build_report(sample, Scope(), (ReportSection.COMMANDS,))

    assert found.commands
    assert not any((found.tools, found.errors, found.files, found.models, found.habits, found.totals))


def test_judging_again_judges_only_what_changed(sample: Config) -> None:
    """Sessions whose steps are as they were are left alone."""
    with Store.open(sample.home) as store:
        assert judge_behaviour(store) == 0


def test_a_scope_without_sessions_gives_an_empty_report(sample: Config) -> None:
    """Nothing is made up where nothing is in scope."""
    found = whole_report.build_report(sample, Scope(until=datetime(1999, 1, 1, tzinfo=UTC)))

    assert (found.overview.sessions, found.overview.insights.insights, found.tools) == (0, (), [])


COUNT = st.builds(Count, n=st.integers(0, 9), failed=st.integers(0, 9), seconds=st.integers(0, 99).map(float))


@given(
    st.builds(
        Behaviour,
        prompts=st.integers(0, 5),
        calls=st.integers(0, 9),
        wasted_s=st.integers(0, 99).map(float),
        blind=COUNT,
        commands=st.dictionaries(st.text(), COUNT),
        proof=st.just({"blind": ["00"]}),
    )
)
def test_behaviour_survives_being_kept(found: Behaviour) -> None:
    """What was packed is unpacked again."""
    assert BEHAVIOUR.decode(BEHAVIOUR.encode(found)) == found


CALLS = [
    (["report", "--explain"], "Wilson"),
    (["report", "--first-look"], "sample project"),
    (["report", "--explain", "blind-edit"], "had not read"),
    (["report", "--first-look", "errors"], "says"),
    (["report", "--first-look", "--json"], '"schema": "twiceshy/report/1"'),
    (["report", "--first-look", "--all", "--since", "2026-01-01"], "you refused"),
]


def test_a_report_on_nothing_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """With the same status as every other look at an empty store."""
    assert main(["report"]) == 30
    assert main([]) == 30
    assert capsys.readouterr().err.count("twiceshy ingest PATH") == 2


@pytest.mark.parametrize(("argv", "expected"), CALLS, ids=[" ".join(row[0]) for row in CALLS])
def test_the_verb_answers(
    argv: list[str], expected: str, scratch_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each way to call it gives an answer on stdout and no complaint."""
    if argv != ["report", "--first-look"]:  # that one fills its own store
        fill_with_first_look(load({}, os.environ, scratch_home))
    assert main(argv) == 0
    assert expected in capsys.readouterr().out


def test_an_unknown_key_is_told_with_the_known_ones(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--explain` with a key that is not there names those that are."""
    fill_with_first_look(load({}, os.environ, scratch_home))
    assert main(["report", "--first-look", "--explain", "nonsense"]) == 30
    assert "blind-edit" in capsys.readouterr().err
