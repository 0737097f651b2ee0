"""twiceshy_data.recipes.quality: the report on the sample project, beside what an export of it writes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import read_outlines
from twiceshy.archive.reads.session_logs import list_uids, read_whole_sessions
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.split_chats import STARTERS, build_chats
from twiceshy.records.quality import QualityLevel, QualityReport
from twiceshy_data.dataset.outlined_chats import list_chats
from twiceshy_data.recipes.quality import look_at_quality

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return fill_with_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def report(sample: Config) -> QualityReport:
    return look_at_quality(sample, Scope(), NOW)


def test_chats_are_those_of_an_export(sample: Config) -> None:
    """The same prompts, answers and calls, though no whole text was read."""
    with Store.open(sample.home, readonly=True) as store:
        quick = [one for outline in read_outlines(store, Scope()) for one in list_chats(outline, STARTERS)]
        logs = read_whole_sessions(store, list_uids(store.connection, Scope()))
        whole = [one for log in logs if log.real for one in build_chats(log)]

    assert len(quick) > 20
    assert [(one.uid, one.calls, one.answers, one.interrupted) for one in quick] == [
        (one.uid, one.calls, len(one.response), one.interrupted) for one in whole
    ]
    assert [one.answer_bytes for one in quick] == [sum(len(text.encode()) for text in one.response) for one in whole]
    assert [one.prompt_bytes for one in quick] == [len(one.query.encode()) for one in whole]
    assert [one.tools for one in quick] == [frozenset(one.tools_used) for one in whole]


def test_the_report_has_every_part(report: QualityReport) -> None:
    """Shares lie within their intervals; steps are at most three."""
    assert min(report.sessions, report.chats, report.edits) > 0
    assert {line.topic for line in report.lines} >= {"rows", "labels", "repeats", "text", "coverage"}
    assert all(one.rate.low <= one.rate.share <= one.rate.high for one in report.lines)
    assert len(report.steps) <= 3
    assert report.level is QualityLevel.WARNING
    assert 0 <= report.seed_score.score <= 100


def test_another_clock_makes_sessions_of_the_future(sample: Config) -> None:
    """What cannot be is a problem."""
    found = look_at_quality(sample, Scope(), NOW - timedelta(days=365))

    assert found.level is QualityLevel.PROBLEM
    assert found.anomalies[0].kind == "sessions-in-the-future"


def test_excluded_projects_are_no_examples(sample: Config) -> None:
    """`contribute.exclude` is honoured, and said."""
    with Store.open(sample.home, readonly=True) as store:
        (name,) = store.connection.execute("SELECT name FROM project ORDER BY name LIMIT 1").fetchone()
    found = look_at_quality(replace(sample, contribute_exclude=(name,)), Scope(), NOW)
    (line,) = [line for line in found.lines if line.name == "sessions not to be trained on"]

    assert 0 < line.rate.hits < line.rate.n == found.sessions


def test_an_empty_scope_is_a_problem(sample: Config) -> None:
    """It has no line, and says how to collect some."""
    found = look_at_quality(sample, Scope(project="nothing has this name"), NOW)

    assert (found.sessions, found.seed_score.score, found.level) == (0, 30, QualityLevel.PROBLEM)
    assert [step.command for step in found.steps] == ["twiceshy ingest"]
