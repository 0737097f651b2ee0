"""insights.project_facts.facts_from_insights: counted once, by the insight."""

from dataclasses import replace

from twiceshy.base.values import Quoted
from twiceshy.insights.project_facts.facts_from_insights import read_insights_as_facts
from twiceshy.records.insights import Insight, InsightCase, InsightKind, WeekTrend
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.stats.text.foreign_names import quote_name

MISSING = Insight(
    id="i-1a2b3c4d",
    kind=InsightKind.MISSING_PROGRAM,
    key="tox",
    project="shop",
    project_identity="folder:/shop",
    says="`tox` is not installed; 31 of 58 sessions typed it",
    place=quote_name("tox"),
    cause=Quoted(""),
    count=40,
    of=None,
    sessions=31,
    of_sessions=58,
    first_at=None,
    last_at=None,
    cases=(InsightCase(b"b", b"s", None), InsightCase(b"a", b"s", None)),
    trend=WeekTrend(0, 0, 0, 0),
)


def test_what_is_no_fact_of_a_project_is_left_out() -> None:
    """A cost or a habit is none, nor is anything of all projects."""
    habits = [replace(MISSING, kind=InsightKind.BLIND_RETRY), replace(MISSING, project_identity="")]

    assert list(read_insights_as_facts(habits)) == []


def test_an_insight_is_taken_with_its_counts_and_cases() -> None:
    """The same numbers as in the report."""
    (fact,) = read_insights_as_facts([MISSING])

    assert (fact.kind, fact.n, fact.sessions, fact.command) == (ProjectFactKind.MISSING, 40, 31, "`tox`")
    assert fact.cases == (b"b", b"a")
    assert fact.says == "`tox` is not installed; 31 of 58 sessions typed it."
