"""What `predict`, `train` and `evaluate` print."""

import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.main import main
from twiceshy.records.change_risk import RiskEvaluation, RiskFigures, RiskImportance
from twiceshy.records.predictions import (
    Evaluation,
    ModelLine,
    NewFilePlace,
    NewFiles,
    PredictedFile,
    Prediction,
    RankingResult,
    TrackRecord,
)
from twiceshy.screens.terminal.page import Page, Pen
from twiceshy_git.verbs import evaluate, models, predict, train

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLAIN = Pen(on=False)


def test_the_answer_reads_as_promised() -> None:
    """Probability, path, reasons; then what it rests on."""
    found = Prediction(
        task="rotate refresh tokens on logout",
        files=(
            PredictedFile(
                path="src/auth/tokens.py",
                probability=0.712,
                score=2.0,
                reasons=("words: refresh, tokens", "14 past commits with such words", "changed yesterday"),
            ),
            PredictedFile(path="docs/auth.md", probability=0.18, score=0.1),
            PredictedFile(path="odd\x1b[31m.py", probability=None, score=0.0),
        ),
        model="general",
        commits=5312,
        until=datetime(2026, 11, 20, 9, tzinfo=UTC),
        measured=TrackRecord(commits=40, mrr=0.6, recall10=0.71, recency_recall10=0.45),
        notes=("the clone is shallow: its older commits are unknown",),
    )

    assert predict.render_prediction(found, Page(80, PLAIN, NOW)) == (
        " 0.71  src/auth/tokens.py  words: refresh, tokens · 14 past commits with such words · changed yesterday\n"
        " 0.18  docs/auth.md\n"
        "    -  odd\\x1b[31m.py\n"
        " from 5,312 commits up to today; on the last 40: recall@10 0.71 (recency alone 0.45); model: general\n"
        " note: the clone is shallow: its older commits are unknown"
    )


def test_an_empty_answer_is_said() -> None:
    """Not a blank screen."""
    found = Prediction(task="x", files=(), model="general", commits=0, until=None)

    assert predict.render_prediction(found, Page(80, PLAIN, NOW)).startswith(
        "No file of this repository fits the task.\n from 0 commits"
    )


def test_a_training_says_whether_its_model_is_used() -> None:
    """And why not."""
    line = ModelLine(
        name="files-0002",
        active=False,
        used=False,
        why_not="no better than recency on the last 40 commits",
        own_trees=True,
        commits=200,
        judged=40,
        mrr=0.31,
        recall10=0.4,
        bytes=120_000,
        made_until="2026-11-20T09:00:00Z",
    )

    assert "It is not used: no better than recency on the last 40 commits." in train.render_training(line)
    assert "not used" in models.render_models([line], Page(100, PLAIN, NOW))


def test_an_evaluation_is_a_table_with_its_protocol() -> None:
    """A row a ranking, the lead with its interval, and what was measured how."""
    rows = (
        RankingResult(name="general", mrr=0.7, recall5=0.6, recall10=0.8, precision1=0.5, map=0.55),
        RankingResult(
            name="recency",
            mrr=0.4,
            recall5=0.3,
            recall10=0.5,
            precision1=0.2,
            map=0.25,
            behind={"mrr": (0.3, 0.25, 0.35)},
        ),
    )
    found = Evaluation(repository="/r", protocol="online", targets="existing", learned=80, commits=20, rankings=rows)

    text = evaluate.render_evaluation(found, Page(120, PLAIN, NOW))

    assert "+0.300 (+0.250 to +0.350)" in text
    assert text.endswith("20 commits, online, after 80; targets: files that existed")


def test_risks_stand_beside_their_baselines_with_what_columns_are_worth() -> None:
    """Each with lead and power; what a score does not say is left empty; a narrow page loses columns, no row."""
    found = RiskEvaluation(
        repository="/r",
        changes=1794,
        bad=140,
        periods=3,
        found_within_days=730.4,
        scores=(
            RiskFigures(name="own trees", auc=0.752, lead=(0.014, -0.006, 0.037), least=0.032, effort_recall=0.443),
            RiskFigures(name="smallest first", auc=None, effort_recall=0.457, popt=0.7),
        ),
        importance=(RiskImportance(name="tier 4", columns=22, loss=(0.149, 0.078, 0.225), least=0.103),),
        importance_changes=598,
    )
    wide = evaluate.render_risk_evaluation(found, Page(120, PLAIN, NOW))
    narrow = evaluate.render_risk_evaluation(found, Page(80, PLAIN, NOW))

    assert "own trees       0.752  +0.014 (-0.006 to +0.037)  0.032" in wide
    assert "1,794 changes, 140 of them fixed later; 3 models of earlier times" in wide
    assert "tier 4: git      22  +0.149 (+0.078 to +0.225)  0.103" in wide
    assert "newest 598 changes" in wide
    assert "smallest first" in narrow
    assert "0.457" in narrow


@pytest.mark.parametrize("text", ["0", "1", "-3"])
def test_a_split_is_a_share(text: str) -> None:
    """Anything else is refused in words."""
    with pytest.raises(UsageError):
        evaluate.share(text)


def test_a_task_may_come_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For other programs."""
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "One"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Fix \xff auth")))

    assert main(["predict", "--stdin", "--repo", str(tmp_path)]) == 0
    assert "No file" in capsys.readouterr().out


def test_places_of_new_files_are_told_where_some_are_likely() -> None:
    """A file at the top has no folder; a task that hardly makes any gets no line."""
    places = (
        NewFilePlace(folder="src/*", form="*.py", probability=0.5, reasons=("3 of 9 similar commits did",)),
        NewFilePlace(folder="", form="<number>-*.md", probability=0.12),
    )
    found = Prediction(task="add", files=(), model="general", commits=90, until=None)

    def drawn(probability: float) -> str:
        told = NewFiles(probability=probability, places=places)
        return predict.render_prediction(replace(found, new_files=told), Page(80, PLAIN, NOW))

    assert drawn(0.31).splitlines()[1:4] == [
        "Such a task makes new files with probability 0.31; if so, one of them here:",
        " 0.50  src/*/*.py     3 of 9 similar commits did",
        " 0.12  <number>-*.md",
    ]
    assert "new files" not in drawn(0.24)
