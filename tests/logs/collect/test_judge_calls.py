"""A session's calls are judged when it is read, and judged again when the rules are newer."""

import json
from pathlib import Path
from typing import Any

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.faults import read_stands
from twiceshy.archive.reads import stories
from twiceshy.base import config
from twiceshy.commands.calls.call_status import VERSION
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.collect.judge_calls import judge_calls
from twiceshy.recipes.learn.reread_logs import derive_messages

START = "Chunk ID: a\nWall time: 1.0 seconds\n{end}Output:\n{text}"


def line(second: int, kind: str, **payload: Any) -> str:
    """One line of a log."""
    at = f"2026-09-01T12:00:{second:02}.000Z"
    return json.dumps({"timestamp": at, "type": kind, "payload": payload})


def called(second: int, call: str, name: str, **given: Any) -> str:
    return line(second, "response_item", type="function_call", name=name, arguments=json.dumps(given), call_id=call)


def came(second: int, call: str, text: str, end: str = "") -> str:
    output = START.format(end=end, text=text)
    return line(second, "response_item", type="function_call_output", call_id=call, output=output)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store with one session: a test run that is waited for, a server that is stopped, a probe, a piped run."""
    going, fine = "Process running with session ID {}\n", "Process exited with code {}\n"
    log = tmp_path / "logs" / "rollout-2026-09-01T12-00-00-0192f1a4-0000-7000-8000-000000000001.jsonl"
    log.parent.mkdir()
    log.write_text(
        "\n".join(
            [
                line(
                    0,
                    "session_meta",
                    id="0192f1a4-0000-7000-8000-000000000001",
                    timestamp="2026-09-01T12:00:00Z",
                    cwd="/home/ann/shop",
                    originator="codex_cli_rs",
                    cli_version="0.99.0",
                ),
                called(1, "call_test", "exec_command", cmd="make test"),
                came(2, "call_test", "", going.format(7)),
                called(3, "call_wait", "write_stdin", session_id=7, chars=""),
                came(4, "call_wait", "make: *** [Makefile:3: test] Error 1\n", fine.format(2)),
                called(5, "call_serve", "exec_command", cmd="npm start"),
                came(6, "call_serve", "listening\n", going.format(8)),
                called(7, "call_stop", "write_stdin", session_id=8, chars="\x03"),
                came(8, "call_stop", "", fine.format(130)),
                called(9, "call_probe", "exec_command", cmd="test -f nothing"),
                came(10, "call_probe", "", fine.format(1)),
                called(11, "call_pipe", "exec_command", cmd="pytest | tail -1"),
                came(12, "call_pipe", "", fine.format(0)),
            ]
        )
        + "\n"
    )
    home = tmp_path / "store"
    ingest([log.parent], config.load({}, {"TWICESHY_HOME": str(home)}, tmp_path))
    return home


def read_rows(store: Store) -> dict[str, tuple[Any, ...]]:
    """What each call was, by its command or its tool and place."""
    rows = store.connection.execute(
        """SELECT coalesce(c.command, c.tool || ' ' || c.id), c.action, c.masked, r.failure, r.exit_code, r.message
        FROM call c JOIN result r ON r.uid = c.uid ORDER BY c.rank"""
    )
    return {name: tuple(rest) for name, *rest in rows}


EXPECTED = {
    "make test": ("run", 0, "error", 2, "make: *** [Makefile:3: test] Error 1"),
    "write_stdin 2": ("wait", 0, None, 2, None),
    "npm start": ("run", 1, None, None, None),
    "write_stdin 4": ("wait", 0, None, 130, None),
    "test -f nothing": ("run", 0, None, 1, None),
    "pytest | tail -1": ("run", 1, None, 0, None),
}


def test_reading_a_log_judges_its_calls(home: Path) -> None:
    """Only the run of the tests failed, with the words that came later."""
    with Store.open(home) as store:
        assert read_rows(store) == EXPECTED


def test_judging_again_changes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What newer rules find is found from what the log said, not from what older rules made of it."""
    with Store.open(home) as store:
        assert judge_calls(store) == 0
        monkeypatch.setattr("twiceshy.logs.collect.judge_calls.VERSION", VERSION + 1)
        assert judge_calls(store) == 1
        assert read_rows(store) == EXPECTED


def test_an_older_store_is_judged_again(home: Path) -> None:
    """Rows as they were stored before these rules become the same."""
    with Store.open(home) as store:
        with store.begin_writing() as connection:
            connection.execute("UPDATE call SET action = 'other' WHERE action = 'wait'")
            connection.execute("UPDATE call SET masked = 0")
            connection.execute("UPDATE result SET failure = 'error' WHERE exit_code > 0")
            connection.execute("UPDATE result SET failure = NULL, exit_code = NULL, message = NULL WHERE id = 1")
            connection.execute("DELETE FROM wait")
            connection.execute("DELETE FROM derived WHERE kind = 'calls'")
        assert judge_calls(store) == 1
        assert read_rows(store) == EXPECTED


def test_what_this_run_stored_is_not_parsed_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a session's rows say of its lines counts if nothing has judged it since; else they are parsed."""
    with Store.open(home) as store:
        monkeypatch.setattr("twiceshy.commands.calls.call_status.is_masked", refuse_to_parse)
        with store.begin_writing() as connection:
            connection.execute("UPDATE derived SET rule_version = 0 WHERE kind = 'calls'")
        assert judge_calls(store, fresh=True) == 1
        assert read_stands(store.connection, "calls") != {}
        with store.begin_writing() as connection:
            connection.execute("DELETE FROM derived WHERE kind = 'calls'")
            connection.execute("DELETE FROM fault")
        assert judge_calls(store, fresh=True) == 1
        assert read_stands(store.connection, "calls") == {}


def refuse_to_parse(_command: str) -> bool:
    """Stand in for the parser where it must not be asked."""
    raise AssertionError


def test_a_story_shows_the_whole_output_of_what_was_waited_for(home: Path) -> None:
    """The beginning stands in the call's result, the end in that of the call that waited."""
    with Store.open(home) as store:
        ((session,),) = store.connection.execute("SELECT uid FROM session").fetchall()
        (story,) = stories.read_stories(store, [session])
    run = next(one for one in story.moments if one.command == "make test")
    assert run.text.splitlines()[-1] == "make: *** [Makefile:3: test] Error 1"


def test_forgetting_a_session_forgets_what_it_waited_for(home: Path) -> None:
    """No row of it stays."""
    with Store.open(home) as store:
        with store.begin_writing() as connection:
            connection.execute("DELETE FROM call")
        assert store.connection.execute("SELECT count(*) FROM wait").fetchone() == (0,)


def test_finding_lines_again_keeps_the_words_that_came_later(home: Path, tmp_path: Path) -> None:
    """The line of a run that was waited for is looked for in all of its output, not in "Process running"."""
    assert derive_messages(config.load({}, {"TWICESHY_HOME": str(home)}, tmp_path)) == 0
    with Store.open(home) as store:
        assert read_rows(store) == EXPECTED
