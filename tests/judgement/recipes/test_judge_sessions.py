"""Judging: from the store to `session_executions`, once for what is new, the same by any number of workers."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored
from tests.judgement.outcomes.agent import Agent

from twiceshy.archive import commit_fates, observations, session_results
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.judgements import SessionValue
from twiceshy.base.config import Config, load
from twiceshy.base.errors import StoreBusy
from twiceshy.base.values import Scope
from twiceshy.doors.cli.commands.judge import render_judgement
from twiceshy.doors.cli.main import main
from twiceshy.judgement.outcomes.evidence import gather_evidence
from twiceshy.judgement.outcomes.observe import observe
from twiceshy.judgement.outcomes.task_results import judge_evidence, judge_session
from twiceshy.judgement.recipes import judge_sessions
from twiceshy.recipes.keep import forget_records as forgetting
from twiceshy.records.commits import SessionFate
from twiceshy.records.events import Edit
from twiceshy.records.outcomes import AgentOutcomes, Answer, AnswerCounts, JudgeSummary
from twiceshy.records.upkeep import Extent
from twiceshy.screens.terminal.page import Page, Pen

PAGE = Page(120, Pen(on=False), datetime(2026, 11, 21, tzinfo=UTC))

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def rows(config: Config, columns: str) -> list[tuple[object, ...]]:
    with Store.open(config.home, readonly=True) as store:
        return store.connection.execute(f"SELECT {columns} FROM session_executions ORDER BY id").fetchall()


def filled(config: Config, *names: str) -> None:
    with Store.open(config.home) as store:
        for name in names:
            stored(store, Log(name).everything("rotate"))


def test_an_empty_store_is_judged(config: Config) -> None:
    """There is nothing, and that is said."""
    with Store.open(config.home):
        pass

    assert (judge_sessions.judge(config).sessions, rows(config, "*")) == (0, [])


def test_only_what_changed_is_judged(config: Config) -> None:
    """Twice the same gives nothing; a new session alone is judged."""
    filled(config, "first", "second")
    assert judge_sessions.judge(config).judged == 2
    assert judge_sessions.judge(config).judged == 0
    filled(config, "third")

    assert judge_sessions.judge(config).judged == 1
    assert len(rows(config, "id")) == 3


def test_a_row_has_what_is_known_and_null_for_the_rest(config: Config) -> None:
    """No column is ever a constant in place of what nobody knows."""
    filled(config, "first")
    judge_sessions.judge(config, now=lambda: NOW)

    (row,) = rows(
        config,
        "workflow_compliant, compliance_score, risk_score, diffs_scored, survived, tool_call_count > 0,"
        " user_engagement_rate = 1.0 * user_message_count / tool_call_count, last_modified",
    )

    assert row == (None, None, None, None, None, 1, 1, "2026-11-24T00:00:00.000Z")


def test_what_became_of_the_commits_is_judged_anew(config: Config) -> None:
    """Once it is known which lines are alive, and again when that changes."""
    log = Log("first").opened().prompt("please").call("c", "make").result("c", "done").edit("c", "one", "two")
    edit = log.events[-1]
    assert isinstance(edit, Edit)
    log.events[-1] = replace(edit, added=1, added_hashes=b"a line's")
    with Store.open(config.home) as store:
        stored(store, log)
    judge_sessions.judge(config)
    assert rows(config, "tasks, survived") == [(1, None)]
    fate = SessionFate(commits=(), undone=(), calls={edit.call: 1.0})
    with Store.open(config.home) as store:
        store.put_derived(
            commit_fates.KIND,
            [DerivedValue(log.session, b"x", commit_fates.encode_fate(fate))],
            commit_fates.VERSION,
        )

    assert judge_sessions.judge(config).judged == 1
    assert rows(config, "survived, survival") == [(1, 1.0)]


def test_workers_find_the_same(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many."""
    filled(config, *(f"session {number}" for number in range(4)))
    monkeypatch.setattr(judge_sessions, "WORTH_WORKERS", 1)
    monkeypatch.setattr(judge_sessions, "AT_ONCE", 2)
    judge_sessions.judge(config, processes=2, now=lambda: NOW)
    several = rows(config, "*")
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("DELETE FROM derived")
    judge_sessions.judge(config, processes=1, now=lambda: NOW)

    assert rows(config, "*") == several


def test_a_run_that_is_stopped_goes_on_from_there(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored stays."""
    filled(config, "first", "second")
    monkeypatch.setattr(judge_sessions, "AT_ONCE", 1)
    calls = iter([None, KeyboardInterrupt()])

    def pause() -> None:
        if (error := next(calls)) is not None:
            raise error

    with pytest.raises(KeyboardInterrupt):
        judge_sessions.judge(config, pause=pause)
    assert len(rows(config, "id")) == 1

    assert judge_sessions.judge(config).judged == 1


def test_only_one_judges(config: Config) -> None:
    """A second run says so."""
    filled(config, "first")
    with hold_lock(config.home, "judge"), pytest.raises(StoreBusy):
        judge_sessions.judge(config)


def test_what_is_forgotten_is_forgotten_here_too(config: Config) -> None:
    """The row has words of a prompt."""
    filled(config, "first")
    judge_sessions.judge(config)
    forgetting.forget(config, Extent(project="remote:host/owner/web-shop"), NOW, dry_run=False)

    assert rows(config, "id") == []


def an_agent() -> Agent:
    agent = Agent()
    agent.files["a.py"] = "one\n"
    agent.says("make it two")
    agent.edits("a.py", "two\n")
    agent.runs("pytest -q | tail -1", "=== 1 failed, 2 passed in 0.1s ===")
    agent.says("undo that please, it is wrong")
    agent.runs("git checkout -- a.py", "")
    agent.says("what does the other module do?")
    agent.replies("It counts.")
    return agent


def test_results_are_kept_short_and_whole() -> None:
    """What is read back is what was found, but for descriptions, files and the usual no's proof."""
    found = judge_session(an_agent().story)

    back = session_results.decode_result(found.session, session_results.encode_result(found))

    assert (back.corrections, back.rollbacks) == (found.corrections, found.rollbacks)
    for one, other in zip(back.tasks, found.tasks, strict=True):
        for name in session_results.OUTCOMES:
            assert getattr(one, name).answer is getattr(other, name).answer
        assert one.completed == other.completed
        assert (one.prompt, one.calls, one.edits, one.first_pass) == (
            other.prompt,
            other.calls,
            other.edits,
            other.first_pass,
        )
        assert (one.started_at, one.ended_at) == (other.started_at, other.ended_at)
    assert back.tasks[0].completed.answer is Answer.NO


def test_observations_come_back_as_they_were() -> None:
    """With one proof each, and whose they are from the session."""
    facts = gather_evidence(an_agent().story)
    found = observe(facts, judge_evidence(facts))
    kept = SessionValue(
        facts.story.session, "web", "codex", "m", facts.story.first_at, observations.encode_observations(found)
    )

    back = list(observations.decode_observations(kept))

    assert [(one.did, one.became, one.n, one.path, one.size) for one in back] == [
        (one.did, one.became, one.n, one.path, one.size) for one in found
    ]
    assert back[0].project == "web"


def test_observations_and_styles_of_a_scope_are_read(config: Config) -> None:
    """Those of its sessions."""
    filled(config, "first")
    judge_sessions.judge(config)
    with Store.open(config.home, readonly=True) as store:
        assert list(observations.read_observations(store, Scope(project="nothing"))) == []
        assert list(observations.read_observations(store, Scope()))
        assert len(list(observations.read_styles(store, Scope()))) == 1


def test_the_verb_says_what_was_judged_and_what_is_unknown(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """And what to do next; the same as JSON."""
    filled(config, "first")
    assert main(["judge"]) == 0
    said = capsys.readouterr().out
    assert main(["--json", "judge"]) == 0
    answer = json.loads(capsys.readouterr().out)

    assert said.startswith("Judged 1 session in ")
    assert said.endswith("Next: twiceshy report\n")
    assert (answer["schema"], answer["judged"], answer["agents"][0]["sessions"]) == ("twiceshy/judge/1", 0, 1)


def test_the_share_of_the_unknown_is_drawn_by_agent() -> None:
    """Yes and no as counts, the rest as a share; agents whose sessions changed nothing are left out."""
    some, none = AnswerCounts(yes=6, no=2, unknown=2), AnswerCounts(unknown=10)
    codex = AgentOutcomes(
        agent="codex",
        sessions=12,
        working=10,
        completed=some,
        corrected=none,
        rolled_back=some,
        tests_green=none,
        survived=none,
    )
    idle = replace(codex, agent="pi", working=0)

    text = render_judgement(JudgeSummary(sessions=12, judged=11, failed=1, seconds=1.0, agents=(codex, idle)), PAGE)

    assert "codex 10 6 of 8 not known 6 of 8 not known not known" in " ".join(text.split())
    assert "pi " not in text
    assert "1 session could not be judged; the next run tries again." in text


def test_nothing_to_judge_is_said(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """With the command that would change it."""
    with Store.open(config.home):
        pass
    main(["judge"])

    assert capsys.readouterr().out == "There are no sessions to judge.\nNext: twiceshy ingest\n"
