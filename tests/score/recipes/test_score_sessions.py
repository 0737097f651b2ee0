"""Scoring recorded work: from stored texts to what each edit brought in, once for what is new."""

import json
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored
from tests.shortcuts import put_compiled_rules

from twiceshy.archive import observations, scans, scored_edits
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.scans import KIND as SCAN
from twiceshy.base import toolbox
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.base.values import Severity as Severity_values
from twiceshy.judgement.recipes import judge_sessions
from twiceshy.records.events import Edit
from twiceshy.records.findings import (
    EditWithScore,
    Finding,
    FindingDelta,
    Layer,
    ScannedEdit,
    Score,
    Severity,
    TaskScan,
)
from twiceshy.records.views import ScoredSession, ScoreMeaning
from twiceshy.score import risk, score_summary
from twiceshy.score.recipes import score_overview, score_sessions, stored_summary
from twiceshy.score.recipes.score_sessions import KeptAnswers

CLEAN = "import subprocess\n\n\ndef run(name):\n    return name\n"
FAULTY = CLEAN.replace("return name", 'return subprocess.run("ls " + name, shell=True)')


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings with no outside tool."""
    monkeypatch.setattr(toolbox, "on_path", lambda _: None)
    return load({}, os.environ, scratch_home)


def worked(name: str, *texts: str, path: str = "src/shop.py") -> Log:
    """A session that writes these texts one after the other."""
    log = Log(name).opened().prompt("please")
    for count, (before, after) in enumerate(pairwise(texts)):
        log.call(f"{name}{count}", tool="Edit").result(f"{name}{count}", "done").edit(f"{name}{count}", before, after)
        edit = log.events[-1]
        assert isinstance(edit, Edit)
        log.events[-1] = replace(edit, path=Scrubbed(path))
    return log


def filled(config: Config, *logs: Log) -> None:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)


def found(config: Config) -> list[ScoredSession]:
    with Store.open(config.home, readonly=True) as store:
        return list(score_overview.read_scored_sessions(store, Scope()))


def test_an_edit_has_what_it_brought_in_and_not_what_was_there(config: Config) -> None:
    """The second edit of the same file leaves the fault of the first as it was; the third takes it out."""
    filled(config, worked("one", CLEAN, FAULTY, FAULTY + "\nx = 1\n", CLEAN))

    score_sessions.score_stored(config)

    (session,) = found(config)
    changes = [edit.score.introduced for edit in session.edits]
    assert [len(change.introduced) for change in changes] == [1, 0, 0]
    assert [len(change.fixed) for change in changes] == [0, 0, 1]
    (finding,) = changes[0].introduced
    assert (finding.rule, finding.severity, finding.line) == ("pattern/shell-true", Severity.CRITICAL, 5)
    assert (finding.path, finding.function) == ("src/shop.py", "run")


def test_a_missing_scanner_is_told_and_has_no_part(config: Config) -> None:
    """It is unknown, never clean; the others make the number."""
    filled(config, worked("one", CLEAN, FAULTY))
    score_sessions.score_stored(config)

    (session,) = found(config)
    (edit,) = session.edits
    assert "taint: missing" in edit.score.introduced.unknown
    assert edit.score.taint is None
    assert edit.score.pattern is not None
    assert edit.score.refactor == 0.0
    assert edit.score.value == edit.score.pattern
    assert session.worst == edit.score.value


def test_a_language_without_scanner_has_no_number(config: Config) -> None:
    """Words are not code: nothing is said of them."""
    filled(config, worked("one", "one", "two", path="README.md"))
    score_sessions.score_stored(config)

    (session,) = found(config)
    assert [(edit.score.value, edit.score.introduced.unknown) for edit in session.edits] == [(None, ("all: document",))]
    assert session.value is None


def test_only_what_is_new_is_scored(config: Config) -> None:
    """Twice the same does nothing; a new session alone is scanned, and the same text only once."""
    filled(config, worked("one", CLEAN, FAULTY))
    assert score_sessions.score_stored(config).sessions == 1
    assert score_sessions.score_stored(config).sessions == 0
    filled(config, worked("two", CLEAN, FAULTY))

    assert score_sessions.score_stored(config) == score_sessions.ScoringResult(sessions=1, left=0, edits=1)
    with Store.open(config.home, readonly=True) as store:
        ((scans,),) = store.connection.execute("SELECT count(*) FROM derived WHERE kind = ?", (SCAN,)).fetchall()
    assert scans == 2


def test_a_spent_budget_leaves_the_rest_for_the_next_run(config: Config) -> None:
    """Nothing is lost, and it is told how much is left."""
    filled(config, worked("one", CLEAN, FAULTY))

    assert score_sessions.score_stored(config, budget_s=0.0) == score_sessions.ScoringResult(
        sessions=0, left=1, edits=0
    )
    assert score_overview.build_overview(config, Scope()).left == 1
    assert score_sessions.score_stored(config).left == 0


def test_a_newer_rule_scores_anew(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found by other versions is not kept."""
    filled(config, worked("one", CLEAN, FAULTY))
    score_sessions.score_stored(config)
    monkeypatch.setattr("twiceshy.score.scanners.patterns.VERSION", 99)

    assert score_sessions.score_stored(config).sessions == 1


def test_workers_find_the_same(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are."""
    put_compiled_rules(config.home)
    logs = [worked(f"s{number}", CLEAN, FAULTY, CLEAN) for number in range(3)]
    filled(config, *logs)
    score_sessions.score_stored(config, processes=1)
    alone = found(config)
    monkeypatch.setattr(score_sessions, "WORTH_WORKERS", 1)
    monkeypatch.setattr(score_sessions, "EDITS_AT_ONCE", 2)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("DELETE FROM derived")

    score_sessions.score_stored(config, processes=2)

    def numbers(sessions: list[ScoredSession]) -> list[object]:
        # workers look for tools themselves, and this machine's linter is one
        rules = [
            [[f.line for f in edit.score.introduced.introduced if f.rule.startswith("pattern/")] for edit in one.edits]
            for one in sessions
        ]
        return list(zip([one.session for one in sessions], rules, strict=True))

    assert numbers(found(config)) == numbers(alone)


def test_judged_sessions_have_their_risk(config: Config) -> None:
    """Mean and bands, again after they are judged anew."""
    filled(config, worked("one", CLEAN, FAULTY, CLEAN))
    judge_sessions.judge(config)
    score_sessions.score_stored(config)

    with Store.open(config.home, readonly=True) as store:
        ((value, listed),) = store.connection.execute("SELECT risk_score, diffs_scored FROM session_executions")
    (session,) = found(config)
    assert value == pytest.approx(session.value, abs=1e-4)
    diffs = [(one["file"], one["score"], one["band"]) for one in json.loads(listed)]
    assert [band for _, _, band in diffs] == ["high", "none"]
    assert diffs == [(one.path, one.score.value, band) for one, (_, _, band) in zip(session.edits, diffs, strict=True)]
    assert judge_sessions.judge(config).judged == 1
    assert judge_sessions.judge(config).judged == 0
    with Store.open(config.home, readonly=True) as store:
        assert store.connection.execute("SELECT risk_score FROM session_executions").fetchone() == (value,)
        risky = [one.did["risk-high"] for one in observations.read_observations(store, Scope()) if one.unit == "edit"]
    assert sorted(risky) == [False, True]


def test_findings_without_their_numbers_are_not_told(config: Config) -> None:
    """Whoever is killed between the two leaves that: the next run mends it, and until then nothing is said."""
    filled(config, worked("one", CLEAN, FAULTY))
    score_sessions.score_stored(config)
    with Store.open(config.home) as store:
        ((uid,),) = store.connection.execute("SELECT uid FROM session").fetchall()
        store.put_derived(scored_edits.KIND, [DerivedValue(uid, b"x", b"[]")], 1)

        assert scored_edits.read_scored_edits(store, uid) == []
    assert found(config) == []


def test_what_is_kept_reads_back_the_same(config: Config) -> None:
    """Findings, layers and what became of the edit."""
    filled(config, worked("one", CLEAN, FAULTY))
    score_sessions.score_stored(config)
    with Store.open(config.home, readonly=True) as store:
        ((value,),) = store.connection.execute("SELECT value FROM derived WHERE kind = ?", (scored_edits.KIND,))

    edits = scored_edits.decode_edits(value)
    assert scored_edits.encode_edits(edits) == value
    assert edits[0].layers == {Layer.PATTERN, Layer.REFACTOR}


def test_a_session_that_was_not_scored_is_said_to_be_none(config: Config) -> None:
    """With what to do."""
    filled(config, Log("one").opened().prompt("please"))

    with pytest.raises(NotFound, match="twiceshy score"):
        score_overview.read_scored_session(config, f"s-{Log('one').session.hex()[:8]}")
    with pytest.raises(NotFound, match="neither a file"):
        score_overview.read_scored_session(config, "nothing")


def test_what_scores_have_meant_is_counted_on_past_edits(config: Config) -> None:
    """Of those that reach a bound, as far as it is known what became of them."""
    change = FindingDelta()
    row = ScannedEdit(
        call=b"c",
        path="a.py",
        path_key=b"f",
        lines=1,
        task=0,
        at=1.0,
        bad=True,
        known_at=2.0,
        layers=frozenset(),
        change=change,
    )
    edits = [
        EditWithScore(row, Score(value=0.8)),
        EditWithScore(row._replace(bad=False), Score(value=0.3)),
        EditWithScore(row._replace(bad=None), Score(value=0.9)),
        EditWithScore(row, Score(value=None)),
    ]
    summary = score_summary.summarize_scores([(b"s", "shop", edits), (b"t", "shop", edits[:1])])

    assert summary.find_meaning() == ScoreMeaning(least=0.7, edits=2, bad=2, of=3, of_bad=2)
    assert summary.find_meaning(0.25) == ScoreMeaning(least=0.2, edits=3, bad=2, of=3, of_bad=2)
    assert summary.past(b"f") == risk.smooth_rate(risk.ChangeTally(2, 2), risk.ChangeTally(2, 2))
    assert summary.past(b"g") is None


def test_a_summary_is_kept_for_changes_in_a_checkout(config: Config) -> None:
    """It has the past of files, and is made anew only when something new was scored."""
    filled(config, worked("one", CLEAN, FAULTY, CLEAN))
    score_sessions.score_stored(config)
    with Store.open(config.home, readonly=True) as store:
        summary = stored_summary.read_summary(store)
        rows = store.connection.execute(
            "SELECT count(*) FROM derived WHERE kind = ?", (stored_summary.KIND,)
        ).fetchone()

    assert summary is not None
    assert summary.bounds.keys() <= {str(bound) for bound in score_summary.BOUNDS}
    assert rows == (1,)


def test_the_report_names_the_riskiest_faults_once_a_session(config: Config) -> None:
    """The same fault of a session is told once, with what tells more."""
    filled(config, worked("one", CLEAN, FAULTY, CLEAN, FAULTY))
    judge_sessions.judge(config)
    score_sessions.score_stored(config)

    with Store.open(config.home, readonly=True) as store:
        figure = score_overview.build_risk_figure(store, Scope())
    assert figure is not None
    assert (figure.edits, figure.bands["high"]) == (3, 1)
    (row,) = figure.rows
    assert (row.path, row.line, row.rule) == ("src/shop.py", 5, "pattern/shell-true")
    assert row.do == f"twiceshy score {row.session}"


def test_a_store_without_scores_has_no_risk(config: Config) -> None:
    """The report then says nothing of it."""
    filled(config, worked("one", CLEAN, FAULTY))

    with Store.open(config.home, readonly=True) as store:
        assert score_overview.build_risk_figure(store, Scope()) is None


def test_scanners_that_were_missing_are_counted(config: Config) -> None:
    """For the health of the whole."""
    filled(config, worked("one", CLEAN, FAULTY))
    score_sessions.score_stored(config)

    with Store.open(config.home, readonly=True) as store:
        found = score_overview.count_unscanned(store)
    assert found.edits == 1
    assert dict(found.reasons)["taint", "missing"] == 1


# score.recipes.kept_answers and store.task_scans: found once, read afterwards, found again by other rules.

KEY = b"k" * 16
ANSWER = TaskScan(
    findings=(
        Finding(
            rule="guard/path-check",
            layer=Layer.PATTERN,
            severity=Severity_values.MAJOR,
            confidence=0.5,
            path="src/a.py",
            line=3,
            message=Scrubbed("A check is gone."),
            fingerprint=b"f" * 8,
        ),
    ),
    unknown=("b.py: binary",),
)


def test_an_answer_is_found_once_for_the_same_rules(scratch_home: Path) -> None:
    """With its paths and what stayed unknown; other rules find it again."""
    asked: list[str] = []

    def find() -> TaskScan:
        asked.append("asked")
        return ANSWER

    with Store.open(load({}, os.environ, scratch_home).home) as store:
        first = KeptAnswers(store, "rules 1")
        assert first.find_once(KEY, find) == ANSWER
        store.put_derived(scans.TASK_KIND, first.new, scans.VERSION)
        later = KeptAnswers(store, "rules 1")
        assert later.find_once(KEY, find) == ANSWER
        assert (later.new, len(asked)) == ([], 1)
        assert KeptAnswers(store, "rules 2").find_once(KEY, find) == ANSWER
        assert KeptAnswers(store, "rules 1").find_once(b"o" * 16, find) == ANSWER
    assert len(asked) == 3
