"""screens.terminal.draw_report: the report as it is read, to the letter."""

import doctest
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.figures import (
    CommandFigure,
    CostlyHabit,
    EditFigure,
    ErrorFigure,
    FileFigure,
    Habits,
    HealthPart,
    HealthScore,
    Mistakes,
    ModelErrors,
    ModelFigure,
    Rate,
    Ratio,
    Rejection,
    RepeatedMistake,
    RiskFigure,
    RiskRow,
    SessionCount,
    ToolFigure,
    Totals,
    WorkFigure,
)
from twiceshy.records.insights import InsightList, RepeatedCost
from twiceshy.records.report import Overview, Report, ReportSection
from twiceshy.screens.terminal import draw_report
from twiceshy.screens.terminal.draw_overview import CommandsBeside
from twiceshy.screens.terminal.draw_report import _say_failed, render_report, render_section
from twiceshy.screens.terminal.page import Page, Pen
from twiceshy.stats.intervals import measure_share

NOTHING_BESIDE = CommandsBeside()
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PAGE = Page(80, Pen(on=False), NOW)
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NO_EDITS = EditFigure(n=0, failed=Rate(0, 0, 0, 0, 1), rejected=Rate(0, 0, 0, 0, 1), reedited=Rate(0, 0, 0, 0, 1))
QUIET = Habits(
    blind=NO_EDITS,
    seen=NO_EDITS,
    ratio=None,
    retry=Rate(0, 0, 0, 0, 1),
    retry_read=Rate(0, 0, 0, 0, 1),
    reads=40,
    repeated_reads=0,
    repeated_tokens=0,
    searches=6,
    repeated_searches=0,
    interrupts=0,
    rejections=0,
    engagement=None,
    wasted_s=12.0,
)
NO_COST = RepeatedCost(waited_s=0.0, cost_usd=None, agent_s=1200.0, total_usd=None)
OVERVIEW = Overview(
    since=None,
    until=None,
    first_at=AT,
    last_at=AT,
    sessions=3,
    imitations=0,
    projects=[SessionCount("web-shop", 3)],
    insights=InsightList(insights=(), sessions=3, repeated=NO_COST, repeated_before=None),
)
SMALL = Report(
    overview=OVERVIEW,
    sections=tuple(ReportSection),
    totals=Totals(
        sessions=3,
        imitations=0,
        prompts=9,
        calls=80,
        edits=7,
        first_at=AT,
        last_at=AT,
        projects=[SessionCount("web-shop", 3)],
        agents=[SessionCount("claude-code", 3)],
    ),
    habits=QUIET,
)
FULL = Report(
    overview=OVERVIEW,
    sections=tuple(ReportSection),
    totals=Totals(
        sessions=214,
        imitations=2,
        prompts=3902,
        calls=41876,
        edits=8199,
        first_at=datetime(2026, 9, 1, tzinfo=UTC),
        last_at=AT,
        projects=[
            SessionCount("web-shop", 120),
            SessionCount("api", 60),
            SessionCount("infra", 30),
            SessionCount("docs", 4),
        ],
        agents=[SessionCount("claude-code", 200), SessionCount("codex", 14)],
    ),
    tools=[
        ToolFigure(
            tool=Scrubbed("Bash"),
            calls=14304,
            failed=Rate(1019, 14304, 0.0712, 0.0671, 0.0756),
            rejected=89,
            error="tests failed",
            error_count=300,
            last_at=AT,
        ),
        ToolFigure(tool=Scrubbed("Glob"), calls=552, failed=Rate(0, 552, 0.0, 0.0, 0.0069), rejected=0),
    ],
    errors=[
        ErrorFigure(
            id="e-91c04f2a",
            fingerprint=b"\x91\xc0\x4f\x2a",
            tool=Scrubbed("Edit"),
            label="string not found",
            message=Scrubbed("String to replace not found in file, whatever the file may be called this time"),
            count=121,
            sessions=40,
            last_at=AT,
        )
    ],
    habits=Habits(
        blind=EditFigure(
            n=43,
            failed=Rate(35, 43, 0.814, 0.673, 0.903),
            rejected=Rate(0, 43, 0, 0, 0.08),
            reedited=Rate(1, 8, 0.125, 0.02, 0.47),
        ),
        seen=EditFigure(
            n=4180,
            failed=Rate(91, 4135, 0.022, 0.018, 0.027),
            rejected=Rate(45, 4180, 0.0108, 0.008, 0.014),
            reedited=Rate(280, 4044, 0.0692, 0.0618, 0.0775),
        ),
        ratio=Ratio(ratio=37.0, low=28.6, high=47.8),
        retry=Rate(0, 0, 0, 0, 1),
        retry_read=Rate(0, 0, 0, 0, 1),
        reads=9219,
        repeated_reads=700,
        repeated_tokens=1_240_000,
        searches=4000,
        repeated_searches=14,
        interrupts=228,
        rejections=274,
        engagement=0.0931,
        wasted_s=97000.0,
    ),
    commands=[
        CommandFigure(
            head="go test",
            runs=947,
            failed=Rate(95, 947, 0.1003, 0.0828, 0.1211),
            rejected=3,
            p50_s=2.2,
            p90_s=24.0,
            masked=670,
            hidden=29,
        )
    ],
    files=[
        FileFigure(path=Scrubbed("src/api/auth.py"), project="web-shop", edits=40, failed=7, rejected=2, sessions=11)
    ],
    models=[
        ModelFigure(
            model=Scrubbed("a-model-5"),
            messages=6246,
            input=20789,
            output=1_048_000,
            cache_write=18_000_000,
            cache_read=623_000_000,
        )
    ],
    rejections=[
        Rejection(
            at=AT,
            session="s-0a1b2c3d",
            tool=Scrubbed("Bash"),
            about=Scrubbed("git push"),
            words=Scrubbed("not yet:\nrun the tests first \x1b[31m"),
        )
    ],
)
SMALL_DRAWN = """\
web-shop · 20 Nov 2026 - 20 Nov 2026 · 3 sessions · 20 min of agent time
No time is known to have been lost to repeated mistakes.

No advice yet: no mistake came often enough in one project to be worth a line.
Looked at: 3 sessions of 1 project, for failures, retries, cut runs, hidden
failures and corrections. Some dozens of sessions in one project will show more.

Next: twiceshy report spend · twiceshy report --all"""


def test_a_small_report_says_what_was_looked_at() -> None:
    """Without anything sure the first lines say so, and what it would need; sections only where they are asked for."""
    assert render_report(replace(SMALL, sections=()), NOTHING_BESIDE, PAGE) == SMALL_DRAWN


SECTIONS_DRAWN = {
    ReportSection.INSIGHTS: "No mistake came again often enough to be worth a line.",
    ReportSection.TOOLS: """\
tool   calls   fail     95 %  most frequent failure   last
Bash  14,304  7.1 %  6.7-7.6  tests failed (300)     today
Glob     552  0.0 %  0.0-0.7""",
    ReportSection.ERRORS: """\
error       times  sessions   last  tool  says
e-91c04f2a    121        40  today  Edit  String to replace not found in file, …""",
    ReportSection.EDITS: """\
edits of existing files  tries    fail       95 %  edited again  refused
not read before             43  81.4 %  67.3-90.3        12.5 %    0.0 %
read before              4,180   2.2 %    1.8-2.7         6.9 %    1.1 %
8,199 edits; read again unchanged 700 of 9,219 (~1.2M tokens); searched again 14
of 4,000; 274 refusals, 228 interrupts; 0.09 human messages a call

most edited file  project   tries  failed  refused  sessions
src/api/auth.py   web-shop     40       7        2        11

you refused
s-0a1b2c3d today Bash git push  "not yet: run the tests first \\x1b[31m"\
""",
    ReportSection.COMMANDS: """\
command (most failures)  runs    fail      95 %    p50   p90  status hidden
go test                   947  10.0 %  8.3-12.1  2.2 s  24 s           71 %""",
    ReportSection.MODELS: """\
tokens of  messages  input  output  cache written  cache read
a-model-5     6,246    21k    1.0M            18M        623M""",
    ReportSection.TASKS: "No task changed a file, so there is nothing to judge.",
}


@pytest.mark.parametrize("section", ReportSection)
def test_a_section_reads_as_it_should(section: ReportSection) -> None:
    """Each is a table or two; an empty one says so."""
    assert render_section(FULL, section, NOTHING_BESIDE, PAGE) == SECTIONS_DRAWN[section]


def test_all_of_a_report_is_the_ten_lines_and_each_section_under_its_name() -> None:
    """In the order in which they are told."""
    drawn = render_report(FULL, NOTHING_BESIDE, PAGE)

    assert drawn.startswith(SMALL_DRAWN.split(" \u00b7 ", maxsplit=1)[0])
    assert [line.lower() for line in drawn.split("\n") if line.isupper() and line.isalpha()] == list(ReportSection)


@pytest.mark.parametrize("width", [80, 140])
def test_a_report_fits_the_screen(width: int) -> None:
    """No line is wider than the page, however long names are, and an error's words keep room."""
    long = Scrubbed("a/very/long/path/" * 9 + "x.py")
    crowded = replace(
        FULL,
        tools=[replace(FULL.tools[0], tool=long)] * 40,
        errors=FULL.errors * 40,
        commands=[replace(FULL.commands[0], head="x" * 60)] * 40,
        files=[replace(FULL.files[0], path=long, project="p" * 50)] * 40,
        models=FULL.models * 9,
        rejections=[replace(FULL.rejections[0], words=Scrubbed("no " * 99))] * 9,
    )
    lines = render_report(crowded, NOTHING_BESIDE, Page(width, Pen(on=False), NOW)).split("\n")

    assert max(len(line) for line in lines) <= width
    assert any("String to replace not found" in line for line in lines)


@pytest.mark.parametrize("on", [False, True])
def test_only_a_terminal_gets_escapes(on: bool) -> None:
    """Escape sequences are drawn only where asked for, and those of a log never."""
    text = render_report(FULL, NOTHING_BESIDE, Page(80, Pen(on=on), NOW))

    assert ("\x1b" in text) is on
    assert "\x1b[31m" not in text


def test_examples_in_the_module_hold() -> None:
    """What its docstrings show is what it does."""
    assert doctest.testmod(draw_report).failed == 0


def a_work(by: str, name: str, n: int) -> WorkFigure:
    good = Rate(n * 3 // 4, n, 0.75, 0.6, 0.86) if n else Rate(0, 0, 0.0, 0.0, 1.0)
    none = Rate(0, 0, 0.0, 0.0, 1.0)
    return WorkFigure(by=by, name=name, tasks=n, first_pass=good, corrected=good, rolled_back=none, tests_green=good)


WORKED = replace(
    SMALL,
    work=[
        a_work("agent", "codex", 40),
        a_work("model", "m-1", 40),
        *(a_work("month", f"2026-{month:02}", 10 * month) for month in (1, 2, 3)),
    ],
    costly=[
        CostlyHabit(key="blind-edit", words="edits without a read before: failed", q=0.01),
        CostlyHabit(key="retry", words="edits tried again: corrected 9 of 12, else 3 of 90; ratio 20 (8-50)", q=0.01),
    ],
)


def test_what_became_of_tasks_is_drawn_by_agent_model_and_month() -> None:
    """Each share says of how many it is known, and each costly habit follows."""
    drawing = draw_report.render_work(WORKED, 20, PAGE)

    assert drawing.splitlines()[:2] == [
        "tasks by agent  tasks  right at once   95 %   corrected  rolled back       green",
        "codex              40     75 % of 40  60-86  75 % of 40      unknown  75 % of 40",
    ]
    assert [line.split("  ")[0] for line in drawing.splitlines() if line.startswith("tasks by")] == [
        "tasks by agent",
        "tasks by model",
        "tasks by month",
    ]
    assert "2026-01" in drawing
    assert "worse outcomes: edits tried again" in drawing


RISKY = RiskFigure(
    edits=1200,
    bands={"none": 1190, "low": 8, "medium": 0, "high": 2},
    reports=1,
    reported=14,
    rows=[
        RiskRow(
            session="s-0a1b2c3d",
            at=AT,
            score=0.43,
            path="shop/pay.py",
            line=12,
            rule="pattern/shell-true",
            do="twiceshy score s-0a1b2c3d",
            why=Scrubbed("A command put together with values goes through a shell. " * 3),
        )
    ]
    * 5,
)
RISK_DRAWN = """\
risk 0.43  shop/pay.py:12: pattern/shell-true
   A command put together with values goes through a shell. A command put toget…
   twiceshy score s-0a1b2c3d
"""


def test_the_riskiest_edits_are_told_with_where_why_and_what_to_do() -> None:
    """A few of them, how many edits there are, and what other scanners reported."""
    text = render_section(replace(SMALL, risk=RISKY), ReportSection.EDITS, NOTHING_BESIDE, PAGE)

    assert text.count(RISK_DRAWN) == len(RISKY.rows)
    words = "risk of 1,200 edits: 2 high, 8 low; 14 findings in 1 report of other scanners: twiceshy score FILE"
    assert words in " ".join(text.split())
    assert "risk" not in render_section(SMALL, ReportSection.EDITS, NOTHING_BESIDE, PAGE)


def test_edits_without_a_risk_take_one_line() -> None:
    """That all were looked at is worth a line, and no more."""
    calm = RiskFigure(edits=7, bands={"none": 7}, rows=[])
    drawn = render_section(replace(SMALL, risk=calm), ReportSection.EDITS, NOTHING_BESIDE, PAGE)

    assert drawn.endswith("risk of 7 edits: none raised")


MADE = Mistakes(
    rows=[
        RepeatedMistake(
            id="l-5a1b2c3d",
            says=Scrubbed("Endpoint functions that call the database without await"),
            times=12,
            sessions=7,
            seconds=5400.0,
            known=9,
            last_at=AT,
        ),
        RepeatedMistake(
            id="l-77aa0011",
            says=Scrubbed("go vet said: \x1b[31mred"),
            times=2,
            sessions=2,
            seconds=0.0,
            known=0,
            last_at=None,
        ),
    ],
    models=[
        ModelErrors(
            model="a-model-5",
            failed=Rate(40, 900, 0.0444, 0.0328, 0.0599),
            ratio=Ratio(ratio=1.9, low=1.3, high=2.8),
            sure=True,
        ),
        ModelErrors(model="b-model", failed=Rate(3, 90, 0.0333, 0.0114, 0.0935), ratio=None),
    ],
    health=HealthScore(value=74, least=30, parts=[HealthPart("right at once", Rate(80, 100, 0.8, 0.7112, 0.8666))]),
)
MADE_LINES = [
    "mistake made again                   lesson      times  sessions   cost     last",
    "Endpoint functions that call the d…  l-5a1b2c3d     12         7  1.5 h    today",
    "go vet said: \\x1b[31mred             l-77aa0011      2         2         unknown",
]
FAILING_LINES = [
    "calls of   calls   fail     95 %  beside the others  sure",
    "a-model-5    900  4.4 %  3.3-6.0     1.9x (1.3-2.8)   yes",
    "b-model       90  3.3 %  1.1-9.3                       no",
]


def test_mistakes_are_told_with_what_they_cost() -> None:
    """The dearest first; models beside the others, and whether that is sure; the score with its parts."""
    made = replace(SMALL, mistakes=MADE)

    assert render_section(made, ReportSection.ERRORS, NOTHING_BESIDE, PAGE).splitlines() == MADE_LINES
    assert render_section(made, ReportSection.MODELS, NOTHING_BESIDE, PAGE).splitlines() == FAILING_LINES
    assert (
        render_section(made, ReportSection.TASKS, NOTHING_BESIDE, PAGE)
        == "health 74 of 100: right at once 80.0 % of 100"
    )


def test_a_score_that_cannot_be_given_says_what_it_needs() -> None:
    """And shows its parts as far as they are known."""
    assert MADE.health is not None
    nothing = HealthPart("green at the end", Rate(0, 0, 0.0, 0.0, 1.0))
    unknown = replace(MADE.health, value=None, parts=[*MADE.health.parts, nothing])
    text = render_section(
        replace(SMALL, mistakes=replace(MADE, health=unknown)), ReportSection.TASKS, NOTHING_BESIDE, PAGE
    )

    assert (
        "health not known yet (it needs 30 of green at the end): right at once 80.0 % of 100, "
        "green at the end none of 0" in " ".join(text.split())
    )
    mostly = replace(unknown, parts=[nothing])
    drawn = render_section(
        replace(SMALL, mistakes=Mistakes(rows=[], health=mostly)), ReportSection.TASKS, NOTHING_BESIDE, PAGE
    )
    assert "health" not in drawn


FAILED = [
    (measure_share(0, 0), 10, "not known"),
    (measure_share(1, 1), 10, "1 of 1"),
    (measure_share(3, 6), 6, "50.0 %"),
    (measure_share(3, 6), 10, "50.0 % of 6"),
]


@pytest.mark.parametrize(("known", "runs", "said"), FAILED)
def test_a_share_of_runs_says_of_how_many(known: Rate, runs: int, said: str) -> None:
    """What a pipe hid is neither good nor bad, and one known case makes no rate."""
    assert _say_failed(known, runs) == said
