"""What `milestones` prints."""

from dataclasses import replace
from datetime import UTC, date, datetime

from twiceshy.records.milestones import (
    Amounts,
    CurvePoint,
    Forthcoming,
    Gain,
    LearningCurve,
    Milestones,
    Pace,
    ProjectPace,
    ReachedBy,
    SeedMilestone,
    StoreSize,
    TrainedModel,
    TrainingRound,
)
from twiceshy.screens.terminal.draw_quality import render_estimate, render_milestones
from twiceshy.screens.terminal.page import Page, Pen

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = Page(100, Pen(on=False), NOW)
CURVE = LearningCurve(
    name="files",
    measure="MRR",
    judged=150,
    groups=120,
    points=(CurvePoint(0.25, 540, 0.7991), CurvePoint(1.0, 1638, 0.8242)),
    last_quarter=Gain(0.001, -0.015, 0.018),
    doubling=Gain(0.012, 0.002, 0.021),
    best_baseline="bm25",
    lead=Gain(0.076, 0.041, 0.112),
)
FOUND = Milestones(
    project="shop",
    have=Amounts(1826, 40, 210),
    seed=(SeedMilestone("File Prediction", Amounts(500, 100, 200), 40),),
    curves=(CURVE,),
    pace=ProjectPace(active=8, weeks=11, commits=Pace(20, 10, 30), sessions=Pace(4, 2, 6), chats=Pace(12, 8, 20)),
    store=StoreSize(10_000_000, 50),
    forthcoming=(
        Forthcoming(
            "twice the commits",
            Amounts(1826, 0, 0),
            ReachedBy(date(2027, 5, 1), date(2027, 9, 1), None),
        ),
        Forthcoming("File Prediction", Amounts(0, 60, 0), ReachedBy(None, None, None)),
        Forthcoming("Commit Messages", Amounts(0, 0, 0), None),
    ),
)


def test_what_was_measured_comes_first() -> None:
    """The first collector's counts stand below, and are said to decide nothing."""
    assert render_milestones(FOUND, PAGE).splitlines() == [
        "shop: 1,826 commits, 40 sessions, 210 chats.",
        "",
        "What more commits have brought: files of a task",
        "past learned  commits    MRR",
        "newest 25 %       540  0.799",
        "all             1,638  0.824",
        "MRR is 1 / place of the first right file among ten, on 150 commits of the newest fifth.",
        "The last quarter of the past: no gain shown (-0.015 to +0.018).",
        "Twice the commits: +0.012 (+0.002 to +0.021); about 1 Sep 2027 (1 May 2027 to beyond two years).",
        "A model pays: +0.076 (+0.041 to +0.112) over bm25, the best ranking without one.",
        "",
        "No model of files of its own is trained. Next: twiceshy train files",
        "`learn` trains nothing by itself. To let it: twiceshy config set train.automatic true",
        "",
        "the first collector's milestones  reached       commits   sessions       chats",
        "File Prediction                      40 %  1,826 of 500  40 of 100  210 of 200",
        "Its counts are guesses: nothing here depends on them.",
    ]


def test_an_estimate_shows_pace_range_and_what_is_missing() -> None:
    """Weeks without work are shown; what is too far has no date."""
    text = render_estimate(FOUND, PAGE)

    assert "In a week of work: 20 commits (10-30), 4 sessions (2-6), 12 chats (8-20)." in text
    assert "Median and middle half of 8 weeks of work within the last 11." in text
    assert "File Prediction: not within two years at this pace (60 sessions more)" in text
    assert "Commit Messages: reached." in text
    assert "A session takes 200 kB in the store on average; 100 would take 20 MB." in text
    assert "not known yet" in render_estimate(replace(FOUND, pace=None, forthcoming=()), PAGE)


def test_what_learn_trained_is_said() -> None:
    """With the day, and with the reason where it could not."""
    trained = replace(
        FOUND,
        own_model=TrainedModel("files-0002", active=True, why_not="", commits=900),
        automatic=True,
        last_training=TrainingRound(at=NOW, tried=2, adopted=1),
    )

    text = render_milestones(trained, PAGE)

    assert "Its own model files-0002 is in use, trained on 900 commits." in text
    assert "once a week; on 20 Nov 2026 for 2 repositories. Ranked better, and in use since: 1 model." in text
    without = replace(trained, last_training=TrainingRound(at=NOW, why_not="growing trees needs LightGBM"))
    assert "not on 20 Nov 2026: growing trees needs LightGBM." in render_milestones(without, PAGE)


def test_nothing_stored_is_said() -> None:
    """Not a row of zeros."""
    empty = Milestones(project=None, have=Amounts(0, 0, 0), seed=(), curves=(), notes=("nothing is stored yet",))

    assert render_milestones(empty, PAGE).startswith("All projects: nothing yet.")
    assert render_milestones(empty, PAGE).endswith("note: nothing is stored yet")
    assert "train files" not in render_milestones(empty, PAGE)
