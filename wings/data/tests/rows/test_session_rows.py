"""``export chats|actions|sessions|orchestration``: the first collector's keys in its order, whole ids, no secret."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.archive.conftest import NOON
from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.judgement.recipes import rate
from twiceshy.recipes.demo.sample_project import make_secrets
from twiceshy.records.outcomes import RatedBy
from twiceshy_data.recipes.export_records import export_rows
from twiceshy_data.recipes.outgoing_rows import ExportWish
from twiceshy_data.rows.session_rows import NOUNS

TOKEN = make_secrets(1)["code host token"]
FIRST_KEYS = {
    "chats": "id timestamp session_id query response files_referenced files_modified tools_used "
    "query_tokens response_tokens user_feedback",
    "actions": "id timestamp session_id action_type target context success result_summary",
    "sessions": "session_id timestamp duration_seconds exchanges queries tools_used files_referenced files_modified",
    "orchestration": "session_id extracted_at total_sub_agents batch_count models_used total_tools_used unique_tools "
    "total_duration_ms success_rate batches",
}


@pytest.fixture
def small(tmp_path: Path) -> Config:
    """A session with a tool and a result that hold a token, and a subagent without a dialogue."""
    with Store.open(tmp_path / "data") as store:
        assert store.salt
    with Store.open(tmp_path / "data") as store, store.begin_writing() as connection:
        archive = Archive(connection)
        session = archive.session(archive.project("shop"), "aa", first_at="2026-11-12T10:00:00.000Z")
        archive.prompt(session, "mend the sum", 1)
        call = archive.call(session, f"tool {TOKEN}", 2, command="git commit -m x")
        archive.result(session, call, 3, text=f"key {TOKEN}", commit_hash="a1b2c3d" + "0" * 33)
        archive.call(session, "Task", 4, action="delegate", input='{"prompt":"look"}')
        archive.reply(session, "One.", 5)
        archive.reply(session, "Two.", 6)
    return load({"home": str(tmp_path / "data")}, {}, tmp_path)


def export(config: Config, kind: str, form: str = "jsonl", **scope: Any) -> str:
    pieces: list[bytes] = []
    export_rows(config, ExportWish(kind, form, Scope(**scope)), pieces.append)
    return b"".join(pieces).decode()


def rows(config: Config, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(config, kind).splitlines()]


@pytest.mark.parametrize("kind", NOUNS)
def test_rows_begin_with_the_known_keys(small: Config, kind: str) -> None:
    """In both forms; a second export has the same bytes."""
    found = rows(small, kind)
    names = FIRST_KEYS[kind].split()
    header, *lines = csv.reader(io.StringIO(export(small, kind, "csv")))

    assert [list(row)[: len(names)] for row in found] == [names] * len(found)
    assert header == [column.name for column in NOUNS[kind].columns] == list(found[0])
    assert len(lines) == len(found)
    assert export(small, kind) == export(small, kind)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize("kind", NOUNS)
def test_no_secret_leaves(small: Config, kind: str, form: str) -> None:
    """Nor as the name of a tool that was counted."""
    assert TOKEN not in export(small, kind, form)


def test_a_chat_has_its_words_and_its_commit(small: Config) -> None:
    """Replies are joined by a blank line; what no log counts is null."""
    (chat,) = rows(small, "chats")

    assert (chat["query"], chat["response"]) == ("mend the sum", "One.\n\nTwo.")
    assert (chat["resulted_in_commit"], chat["related_commit"]) == (True, "a1b2c3d" + "0" * 33)
    assert (chat["query_tokens"], chat["response_tokens"], chat["user_feedback"]) == (None, None, None)
    assert [done["success"] for done in chat["tool_outputs"]] == [True, None]


def test_a_rating_stands_with_its_work(small: Config) -> None:
    """What a person said of a chat or a session, without their words; what an agent said is none."""
    (chat,), (session,) = rows(small, "chats"), rows(small, "sessions")
    rate(small, chat["id"], value=5, comment="as I like it", now=NOON)
    rate(small, session["session_id"], value=2, now=NOON, rated_by=RatedBy.AGENT)
    (chat,), (session,) = rows(small, "chats"), rows(small, "sessions")

    assert (chat["rating"], chat["rated_by"], session["rating"], session["rated_by"]) == (5, "user", None, None)
    assert chat["user_feedback"] == {"rating": "good", "timestamp": "2026-09-01T12:00:00.000Z"}
    assert "as I like it" not in export(small, "chats")


def test_rows_of_all_kinds_name_each_other_whole(sample: Config) -> None:
    """An act has its chat, a chat its session."""
    sessions, chats, actions = (rows(sample, kind) for kind in ("sessions", "chats", "actions"))

    assert {row["session_id"] for row in [*chats, *actions]} <= {row["session_id"] for row in sessions}
    assert {one for row in sessions for one in row["chat_ids"]} == {row["id"] for row in chats}
    assert {row["context"]["chat_id"] for row in actions} - {None} <= {row["id"] for row in chats}
    assert sum(row["calls"] for row in sessions) == len(actions) > 0
    assert {len(row["id"]) for row in chats} == {34}


def test_agents_whose_dialogue_is_not_there_have_no_number_of_calls(small: Config) -> None:
    """Nor an end that nobody saw."""
    (row,) = rows(small, "orchestration")

    assert (row["total_sub_agents"], row["total_tools_used"], row["success_rate"]) == (1, None, None)
    assert row["batches"][0]["agent_ids"] == [row["agents"][0]["agent_id"]]


def test_what_is_not_there_is_said(small: Config, tmp_path: Path) -> None:
    """With what helps."""
    with pytest.raises(NotFound, match=r"no chats of 'other' are there\. `twiceshy sessions`"):
        export(small, "chats", project="other")
    with Store.open(tmp_path / "empty"):
        pass
    with pytest.raises(NotFound, match=r"no subagents are stored yet\. Next: twiceshy ingest"):
        export(load({"home": str(tmp_path / "empty")}, {}, tmp_path), "orchestration")
