"""An invented report page for tests, and the same with hostile text in every field."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from twiceshy.base.values import Quoted, Scope
from twiceshy.records.effects import Effect, EffectScope, Estimate
from twiceshy.records.figures import Rate, SessionCount, Totals, WorkFigure
from twiceshy.records.insights import (
    Insight,
    InsightCase,
    InsightKind,
    InsightList,
    NextStep,
    Remedy,
    RemedyKind,
    RepeatedCost,
    SettingChange,
    WeekTrend,
)
from twiceshy.records.report import CauseWeeks, LikeWork, ModelComparison, PageCase, ReportPage, WeeklyCause
from twiceshy.records.session_time import TimeCause, TimeRow
from twiceshy.records.spend import (
    Cause,
    Ending,
    EndingRow,
    SpendBox,
    SpendPart,
    SpendPictures,
    SpendRow,
    SpendSummary,
    Work,
)
from twiceshy.records.spending import CostGroup, CostReport, CostRow, TokenCounts, UnpricedModel
from twiceshy.screens.number_words import NumberWords
from twiceshy.screens.terminal import formats
from twiceshy.stats.text.foreign_names import quote_name, quote_words

HOSTILE = (
    '"\'><script>window.ran=1</script></script></title></style><img src=x onerror="window.ran=2">'
    '<a href="javascript:window.ran=3" hx-on:click="window.ran=4" onclick="window.ran=5">x</a>'
    "<iframe srcdoc='<script>parent.ran=6</script>'></iframe><svg onload=window.ran=7><base href=//evil.example>"
    "<link rel=stylesheet href=https://evil.example/x.css><meta http-equiv=refresh content='0;url=https://evil.example'>"
    "{{ 7 * 191 }}{% raw %}${7*191}<!--\u2028\u202e\x1b[31m"
)
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NO_RATE = Rate(0, 0, 0.0, 0.0, 1.0)
WORDING = NumberWords(
    number=formats.number,
    amount=formats.amount,
    plural=formats.plural,
    percent=formats.percent,
    fine_percent=lambda share: f"{100 * share:.1f} %",
    interval=lambda found: formats.interval(found, 0),
    duration=formats.duration,
    rough_duration=formats.rough_duration,
    day=formats.day,
    dollars=lambda spent: f"${spent:,.2f}",
)


def an_insight(key: str, says: str, **more: Any) -> Insight:
    cases = tuple(InsightCase(b"%d" % n, b"s", AT.replace(day=20 - n)) for n in range(3))
    values: dict[str, Any] = {
        "kind": InsightKind.RECURRING_CAUSE,
        "key": key,
        "project": "web-shop",
        "project_identity": "folder:web-shop",
        "place": quote_name("git push"),
        "cause": quote_words("could not resolve host"),
        "of": None,
        "sessions": 2,
        "of_sessions": 9,
        "first_at": cases[-1].at,
        "last_at": cases[0].at,
        "trend": WeekTrend(2, 1, 5, 4),
        "waited_s": 2400.0,
        "cost_usd": 6.25,
    }
    return Insight(id=f"i-{key}", says=says, count=len(cases), cases=cases, **(values | more))


def a_cost() -> CostReport:
    def row(name: str, spent: float, unpriced: int = 0) -> CostRow:
        tokens = TokenCounts(1000, 200, 3000, 90_000)
        return CostRow(
            name=name,
            models=["opus-9", "old-1"],
            messages=4,
            sessions=2,
            tokens=tokens,
            dollars=spent,
            unpriced=unpriced,
        )

    return CostReport(
        by=CostGroup.DAY,
        rows=[row("2026-11-18", 3.5), row("2026-11-19", 12.25, 70), row("2026-11-20", 0.4)],
        total=row("total", 16.15, 70),
        unpriced=[UnpricedModel("old-1", 70)],
        uncounted=1,
        prices="a list, 2026-11-22",
    )


def work_rows() -> tuple[WorkFigure, ...]:
    def figure(by: str, name: str, hits: int, n: int) -> WorkFigure:
        share = Rate(hits, n, hits / n, max(0.0, hits / n - 0.2), min(1.0, hits / n + 0.2))
        return WorkFigure(
            by=by, name=name, tasks=n + 2, first_pass=share, corrected=share, rolled_back=NO_RATE, tests_green=share
        )

    return (
        figure("agent", "an-agent", 40, 60),
        figure("model", "opus-9", 30, 40),
        figure("month", "2026-10", 16, 30),
        figure("month", "2026-11", 24, 30),
    )


def like_work(who: str, *, worse: bool, sessions: int = 9) -> LikeWork:
    return LikeWork(
        who=who,
        project="",
        project_name="",
        bad=Rate(12, 100, 0.12, 0.07, 0.2),
        others=0.05,
        ratio=Estimate(2.4, 1.3, 4.4),
        sessions=sessions,
        other_sessions=12,
        q=0.01 if worse else 0.4,
        worse=worse,
        cases=(),
    )


def an_effect(outcome: str, ratio: Estimate, q: float) -> Effect:
    return Effect(
        exposure="blind-edit",
        outcome=outcome,
        unit="edit",
        scope=EffectScope.ALL,
        exposed=Rate(8, 40, 0.2, 0.1, 0.3),
        other=Rate(5, 100, 0.05, 0.02, 0.1),
        ratio=ratio,
        q=q,
        words=f"edits without a read before: {outcome} 8 of 40, otherwise 5 of 100",
    )


def a_page(**more: Any) -> ReportPage:
    """Return a page in which each part has something to show."""
    failed = an_insight(
        "1",
        f"{quote_name('git push')} failed 3 times in 2 sessions with {quote_words('could not resolve host')}",
        next_steps=(NextStep("the same again", 2, 0), NextStep("went on", 1, 1)),
        remedies=(
            Remedy(
                kind=RemedyKind.TEXT, text="Never retry a push that cannot resolve its host.", evidence="3 of 3 failed"
            ),
            Remedy(
                kind=RemedyKind.AGENT_SETTING,
                text="Raise the limit.",
                evidence="",
                setting=SettingChange("an-agent", "env.LIMIT_MS", "240000"),
            ),
            Remedy(kind=RemedyKind.INSTALL, text="`tox` is not installed.", evidence="2 sessions", package="tox"),
        ),
    )
    others = [an_insight(f"{n}", f"another one, number {n}", project="", cost_usd=None) for n in range(2, 12)]
    values: dict[str, Any] = {
        "spend": SpendSummary(
            total_usd=12.0,
            parts=[SpendPart(name="sent again", usd=9.0, share=0.75), SpendPart(name="output", usd=3.0, share=0.25)],
            causes=[
                SpendRow(name=Cause.READS, usd=9.0, share=0.75, tokens=9, item="src/a.py", item_usd=2.0),
                SpendRow(name=Cause.OUTPUT, usd=3.0, share=0.25, tokens=2),
            ],
            before={Cause.READS: 0.5},
            work=[SpendRow(name=Work.LOOK, usd=12.0, share=1.0, tokens=11)],
            endings=[EndingRow(name=Ending.STANDS, usd=12.0, share=1.0, tasks=4)],
            unpriced=0,
            partial=0,
        ),
        "pictures": SpendPictures(
            total_usd=12.0,
            boxes=(
                SpendBox(0, 0.0, 12.0, "web-shop", ""),
                SpendBox(1, 0.0, 9.0, Cause.READS, Cause.READS),
                SpendBox(2, 0.0, 9.0, "src/a.py", Cause.READS),
                SpendBox(3, 0.0, 9.0, "s-1a2b3c4d", Cause.READS, "s-1a2b3c4d"),
                SpendBox(1, 9.0, 3.0, Cause.OUTPUT, Cause.OUTPUT),
            ),
            days={"2026-11-19": 4.0, "2026-11-20": 8.0},
            hours=tuple(tuple(0.5 if hour == 9 else 0.0 for hour in range(24)) for _ in range(7)),
        ),
        "time": [
            TimeRow(name=TimeCause.AWAY, seconds=90_000.0, share=0.9, inferred_s=0.0),
            TimeRow(name=TimeCause.PERMISSION, seconds=7200.0, share=0.06, inferred_s=7000.0, item="ls", item_s=60.0),
            TimeRow(name=TimeCause.MODEL, seconds=3600.0, share=0.03, inferred_s=0.0),
        ],
        "scope": Scope(project="web", agent="an-agent", since=datetime(2026, 11, 1, tzinfo=UTC)),
        "totals": Totals(
            sessions=9,
            imitations=0,
            prompts=20,
            calls=200,
            edits=40,
            first_at=AT.replace(day=2),
            last_at=AT,
            projects=[SessionCount("web-shop", 7), SessionCount("api", 2)],
            agents=[SessionCount("an-agent", 9)],
        ),
        "listed": InsightList(
            insights=(failed, *others),
            sessions=9,
            repeated=RepeatedCost(waited_s=3600.0, cost_usd=4.0, agent_s=36000.0, total_usd=16.15),
            repeated_before=RepeatedCost(waited_s=7200.0, cost_usd=None, agent_s=36000.0, total_usd=None),
        ),
        "cases": {
            one.id: tuple(PageCase(case.at, "s-91c04f2a", "git push: could not resolve host") for case in one.cases)
            for one in (failed, *others)
        },
        "cost": a_cost(),
        "causes": CauseWeeks(
            weeks=(date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)),
            causes=(
                WeeklyCause("e-1a", quote_words("no such file"), 7, (4, None, 3)),
                WeeklyCause("e-2b", Quoted(""), 2, (2, None, 0)),
                WeeklyCause("", Quoted(""), 5, (1, None, 4)),
            ),
            sessions=(3, 0, 6),
        ),
        "habits": (
            an_effect("corrected", Estimate(4.0, 1.5, 9.9), 0.01),
            an_effect("tests-green", Estimate(1.5, 1.1, float("inf")), 0.02),
            an_effect("rolled-back", Estimate(0.0, 0.0, 3.0), 0.6),
        ),
        "models": (
            ModelComparison("failed", (like_work("old-1", worse=True), like_work("opus-9", worse=False))),
            ModelComparison("corrected", (like_work("tiny", worse=False, sessions=2),)),
        ),
        "work": work_rows(),
        "with_text": True,
    }
    return ReportPage(**(values | more))


def an_empty_page() -> ReportPage:
    """Return the page of a store in which nothing is known."""
    nothing = CostRow(name="total", models=[], messages=0, sessions=0, tokens=TokenCounts(), dollars=0.0)
    return a_page(
        scope=Scope(),
        totals=Totals(sessions=0, imitations=0, prompts=0, calls=0, edits=0, first_at=None, last_at=None),
        listed=InsightList(
            insights=(),
            sessions=0,
            repeated=RepeatedCost(waited_s=0.0, cost_usd=None, agent_s=0.0, total_usd=None),
            repeated_before=None,
        ),
        spend=None,
        time=[],
        cases={},
        cost=replace(a_cost(), rows=[], total=nothing, unpriced=[], uncounted=0),
        causes=CauseWeeks(weeks=(), causes=(), sessions=()),
        habits=(),
        models=(),
        work=(),
        with_text=False,
    )


def a_hostile_page() -> ReportPage:
    """Return the page with hostile text at the end of every text but days and months, which are ours."""
    kept = re.compile(r"\d{4}-\d\d(-\d\d)?|month")
    found = rebuild(a_page(), lambda text: text if kept.fullmatch(text) else text + HOSTILE)
    assert isinstance(found, ReportPage)
    return replace(found, cases={one.id: found.cases["i-1"] for one in found.listed.insights})


def rebuild(value: Any, change: Callable[[str], str]) -> Any:
    """Return a record with every text changed."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: rebuild(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        parts = [rebuild(one, change) for one in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: rebuild(getattr(value, one.name), change) for one in fields(value)})
    return value
