"""archive.reads.judgements: what judging stored, for real sessions in scope."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.archive.reads import judgements
from twiceshy.base.values import Scope
from twiceshy.records.outcomes import AnswerCounts

EVERYTHING = Scope()


@pytest.fixture
def archive(store: Store) -> Archive:
    """Rows of an open store."""
    return Archive(store.connection)


def uid(digits: str) -> bytes:
    return bytes.fromhex(digits.ljust(32, "0"))


def judge(archive: Archive, session: int, **more: Any) -> None:
    """A judged session; what is not said is unknown."""
    counts = ("tool_call_count", "files_modified", "user_message_count", "tasks", "corrections", "regeneration_cycles")
    values: dict[str, Any] = {"session_id": session, "last_modified": "", **dict.fromkeys(counts, 0)} | more
    archive.put("session_executions", **values)


def derive(archive: Archive, key: bytes, value: bytes, kind: str = "a-kind", **more: Any) -> None:
    archive.put("derived", **{"kind": kind, "key": key, "input_hash": b"h", "rule_version": 1, "value": value} | more)


def test_outcomes_are_counted_for_sessions_that_changed_files(archive: Archive) -> None:
    """Imitations are left out; the agent with most sessions comes first; what is not known is unknown."""
    project = archive.project("shop")
    yes_no = [("task_completed", 1), ("corrections_needed", 0), ("rollback", 1), ("tests_green", 0), ("survived", 1)]
    judge(archive, archive.session(project, "01", agent="codex"), tasks=2, **dict(yes_no))
    judge(archive, archive.session(project, "02", agent="codex"), tasks=1, task_completed=0, corrections_needed=1)
    judge(archive, archive.session(project, "03", agent="codex"), tasks=0, task_completed=1)
    judge(archive, archive.session(project, "04", agent="aider"))
    judge(archive, archive.session(project, "05", agent="aider", real=0), tasks=1, task_completed=1)

    codex, aider = judgements.count_outcomes_by_agent(archive.connection)

    assert (codex.agent, codex.sessions, codex.working) == ("codex", 3, 2)
    assert codex.completed == AnswerCounts(yes=1, no=1, unknown=0)
    assert codex.corrected == AnswerCounts(yes=1, no=1, unknown=0)
    assert codex.rolled_back == AnswerCounts(yes=1, no=0, unknown=1)
    assert codex.tests_green == AnswerCounts(yes=0, no=1, unknown=1)
    assert codex.survived == AnswerCounts(yes=1, no=0, unknown=1)
    assert (aider.agent, aider.sessions, aider.working, aider.completed) == ("aider", 1, 0, AnswerCounts())


def test_a_value_comes_with_its_session_s_model_and_time(archive: Archive) -> None:
    """The model is the one with most replies; values of another kind or project stay out."""
    shop = archive.project("shop")
    first = archive.session(shop, "01", agent="codex")
    archive.session(shop, "02")
    archive.session(archive.project("api"), "03")
    for model in ("a", "b", "b"):
        archive.event("reply", first, thinking=0, model=model, text="x")
    for digits in ("01", "02", "03"):
        derive(archive, uid(digits), digits.encode())
    derive(archive, uid("01"), b"else", kind="other")

    found = judgements.read_session_values(archive.connection, Scope(project="shop"), "a-kind")

    assert [(one.session, one.model, one.value) for one in found] == [(uid("01"), "b", b"01"), (uid("02"), "", b"02")]
    assert (found[0].project_name, found[0].agent) == ("shop", "codex")
    assert found[0].at == datetime(2026, 11, 12, 14, tzinfo=UTC)
    assert len(judgements.read_session_values(archive.connection, EVERYTHING, "a-kind")) == 3


def test_risks_are_of_sessions_that_were_scored(archive: Archive) -> None:
    """Bands with their counts."""
    shop = archive.project("shop")
    judge(archive, archive.session(shop, "01"), diffs_scored='[{"file":"a","band":"low"},{"file":"b","band":"low"}]')
    judge(archive, archive.session(shop, "02"))
    judge(archive, archive.session(shop, "03", real=0), diffs_scored='{"low":2}')

    judge(archive, archive.session(shop, "04"), diffs_scored='{"low":3}')  # as older versions wrote it

    found, old = judgements.read_risks(archive.connection, EVERYTHING)

    assert (found.session, found.bands, old.bands) == (uid("01"), {"low": 2}, {"low": 3})
    assert found.at == datetime(2026, 11, 12, 14, tzinfo=UTC)
    assert judgements.read_risks(archive.connection, Scope(project="api")) == []


def test_where_sessions_worked(archive: Archive) -> None:
    """A session without a folder has an empty one."""
    shop = archive.project("shop")
    archive.session(shop, "01", cwd="/home/ann/shop")
    archive.session(shop, "02")

    places = judgements.read_folders(archive.connection)

    assert {key: place.cwd for key, place in places.items()} == {uid("01"): "/home/ann/shop", uid("02"): ""}
    assert (places[uid("01")].project, places[uid("01")].agent) == ("remote:host/owner/shop", "claude-code")
    assert judgements.read_project_names(archive.connection) == {uid("01"): "shop", uid("02"): "shop"}


def test_earlier_sessions_share_a_file_and_a_project(archive: Archive) -> None:
    """Newest first; neither too old, nor later, nor of other files."""
    shop = archive.project("shop")
    for digits, day, key in [
        ("01", "2026-11-12", b"k"),
        ("02", "2026-11-10", b"k"),
        ("03", "2026-11-11", b"k"),
        ("04", "2026-11-01", b"k"),
        ("05", "2026-11-11", b"other"),
        ("06", "2026-11-13", b"k"),
    ]:
        archive.edit(archive.session(shop, digits, day=day), b"c", "a.py", path_key=key)
    archive.edit(archive.session(archive.project("api"), "07", day="2026-11-11"), b"c", "a.py", path_key=b"k")

    find = judgements.find_earlier_sessions
    assert find(archive.connection, uid("01"), 5, 9) == [uid("03"), uid("02")]
    assert find(archive.connection, uid("01"), 5, 1) == [uid("03")]
    assert find(archive.connection, uid("01"), 30, 9) == [uid("03"), uid("02"), uid("04")]
    assert find(archive.connection, uid("04"), 30, 9) == []


def test_hashes_change_with_the_values_of_their_kind_only(archive: Archive) -> None:
    """A value of another kind changes nothing."""
    derive(archive, b"one", b"1")
    before = judgements.hash_kind(archive.connection, "a-kind"), judgements.hash_values(archive.connection, "a-kind")
    derive(archive, b"one", b"1", kind="other")
    assert before == (
        judgements.hash_kind(archive.connection, "a-kind"),
        judgements.hash_values(archive.connection, "a-kind"),
    )
    derive(archive, b"two", b"2", input_hash=b"i")

    assert judgements.hash_kind(archive.connection, "a-kind") != before[0]
    after = judgements.hash_values(archive.connection, "a-kind")
    assert set(after) == {b"one", b"two"}
    assert (after[b"one"], after[b"two"] != after[b"one"]) == (before[1][b"one"], True)


def test_compliance_is_read_of_sessions_that_changed_files(archive: Archive) -> None:
    """With what is unknown as None; sessions without work and imitations are left out."""
    shop = archive.project("shop")
    work, idle, imitation = (archive.session(shop, digits, real=real) for digits, real in WHO)
    known = {"files_modified": 2, "workflow_compliant": 1, "corrections_needed": 0, "user_engagement_rate": 0.5}
    judge(archive, work, tasks=1, **known)
    judge(archive, idle)
    judge(archive, imitation, tasks=1)

    (found,) = judgements.read_session_compliance(archive.connection, EVERYTHING)

    assert found[4:] == (True, None, False, None, 0.5)
    assert (found.session, found.project, found.files) == (uid("1a"), "shop", 2)


WHO = (("1a", 1), ("1b", 1), ("1c", 0))
