"""Proposals from insights and facts: only what may be proposed, each once."""

from datetime import UTC, datetime

from twiceshy.insights.remedy.proposals import propose_remedies
from twiceshy.records.insights import (
    Insight,
    InsightCase,
    InsightKind,
    Remedy,
    RemedyKind,
    SettingChange,
    WeekTrend,
)
from twiceshy.records.project_facts import ProjectFact, ProjectFactKind
from twiceshy.stats.text.foreign_names import quote_command, quote_name


def an_insight(*remedies: Remedy) -> Insight:
    return Insight(
        id="i-1",
        kind=InsightKind.MISSING_PROGRAM,
        key="tox",
        project="shop",
        project_identity="folder:/shop",
        says="",
        place=quote_name("tox"),
        cause=quote_name("x"),
        count=2,
        of=None,
        sessions=1,
        of_sessions=3,
        first_at=None,
        last_at=None,
        cases=(InsightCase(b"c1", b"s1", None), InsightCase(b"c2", b"s1", None)),
        trend=WeekTrend(0, 0, 0, 0),
        remedies=remedies,
    )


def a_remedy(kind: RemedyKind, text: str = "Never run `tox`.", **more: object) -> Remedy:
    return Remedy(kind=kind, text=text, evidence="31 of 58", **more)  # type: ignore[arg-type]  # as the caller says


def a_fact(kind: ProjectFactKind, says: str, *, runs: int = 3, sessions: int = 3) -> ProjectFact:
    return ProjectFact(
        id=f"p-{kind}",
        kind=kind,
        key="k",
        project="shop",
        project_identity="folder:/shop",
        says=says,
        command=quote_command("make test"),
        n=4,
        runs=runs,
        green=1 if runs else 0,
        red=2 if runs else 0,
        part=False,
        sessions=sessions,
        median_s=None,
        last_at=datetime(2026, 11, 2, tzinfo=UTC),
        last_call=b"",
        folder=quote_name("shop"),
    )


def test_an_insight_without_remedies_proposes_nothing() -> None:
    """Saying it is all that helps."""
    assert propose_remedies([an_insight()], []) == []


def test_what_may_not_be_proposed_is_left_out() -> None:
    """A setting or a package that is not on the lists, a step that is never a remedy."""
    setting = SettingChange("an-agent", "permissions.allow", "Bash(*)")
    unfit = [
        a_remedy(RemedyKind.AGENT_SETTING, setting=setting),
        a_remedy(RemedyKind.AGENT_SETTING),
        a_remedy(RemedyKind.INSTALL, package="tox; rm x"),
        a_remedy(RemedyKind.INSTALL, "Run `sudo apt install tox`.", package="tox"),
    ]

    assert propose_remedies([an_insight(*unfit)], []) == []


def test_an_insight_gives_one_line_and_its_settings() -> None:
    """The best line; the others have ids of their own."""
    setting = SettingChange("an-agent", "env.BASH_DEFAULT_TIMEOUT_MS", "240000")
    remedies = [
        a_remedy(RemedyKind.TEXT),
        a_remedy(RemedyKind.ASK, "Stop and ask."),
        a_remedy(RemedyKind.AGENT_SETTING, setting=setting),
        a_remedy(RemedyKind.INSTALL, package="tox"),
    ]
    found = propose_remedies([an_insight(*remedies)], [])

    assert [(one.id, one.kind) for one in found] == [
        ("i-1", RemedyKind.TEXT),
        ("i-1.3", RemedyKind.AGENT_SETTING),
        ("i-1.4", RemedyKind.INSTALL),
    ]
    assert found[0].cases == {b"s1"}


def test_facts_follow_in_the_order_of_their_kinds() -> None:
    """How to test comes first; counts are said as they are."""
    facts = [
        a_fact(ProjectFactKind.GENERATED, "Never edit `a`.", runs=0),
        a_fact(ProjectFactKind.TEST, "Tests run with `make test`."),
    ]

    assert [(one.text, one.evidence) for one in propose_remedies([], facts)] == [
        ("Tests run with `make test`.", "3 runs: 1 green, 2 red; 1 did not start; 3 sessions"),
        ("Never edit `a`.", "4 times; 3 sessions"),
    ]


def test_a_fact_has_to_be_worth_its_tokens() -> None:
    """It is from three sessions, and one of the two best of its kind."""
    seldom = [a_fact(ProjectFactKind.TEST, "Tests run with `a`.", sessions=2)]
    often = [a_fact(ProjectFactKind.LINT, f"Lint runs with `{name}`.", sessions=sessions) for name, sessions in USES]

    assert [one.text for one in propose_remedies([], [*seldom, *often])] == [
        "Lint runs with `b`.",
        "Lint runs with `c`.",
    ]


USES = [("a", 3), ("b", 9), ("c", 4)]
