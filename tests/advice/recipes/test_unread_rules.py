"""A file whose unread edits went wrong: from the logs to the warning at the call, and silence after a read."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.doors.cli.conftest import Log, put
from tests.doors.gate.calling import CLEAN

from twiceshy.advice.recipes.rule_compilation import compile_rules
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys.gate_keys import path_key
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.events import Action, Failure


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "work" / "auth.py"
    path.parent.mkdir()
    path.write_text("a = 1\n")
    return path


def session(
    config: Config, file: Path, number: int, *, read: bool, message: str = "string to replace not found"
) -> Log:
    """An edit of the file: of a read file it works, of an unread one it fails."""
    with Store.open(config.home) as store:
        known: dict[str, Any] = {"path": Scrubbed("src/auth.py"), "path_key": path_key(str(file), store.salt)}
    log = Log(f"{number:04x}", "web-shop", day=number, agent="claude-code")
    log.prompt("mend it")
    if read:
        log.result(log.call("Read", Action.READ, **known), "a = 1")
    edit = log.call("Edit", Action.EDIT, **known)
    if read:
        log.result(edit)
        log.edit(edit, "src/auth.py", 1, 1, path_key=known["path_key"])
    else:
        log.result(edit, message, failure=Failure.ERROR)
    return log


def say(config: Config, event: str, **given: Any) -> str:
    command = hook_folder.command_of(config, "claude-code", event)
    told = {"session_id": "live", "cwd": "/home/ann/shop", "hook_event_name": event, **given}
    done = subprocess.run(
        command, input=json.dumps(told).encode(), capture_output=True, env=CLEAN, timeout=20, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return str(json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"]) if done.stdout else ""


def test_the_files_own_history_warns_before_an_unread_edit(config: Config, file: Path) -> None:
    """With both rates; after a read there is nothing to say."""
    put(config.home, [session(config, file, number, read=number % 3 == 0) for number in range(1, 31)])
    compile_rules(config)
    assert any(line.condition == "unread" for line in rules_file.read(config.home))
    rules_file.write(config.home, rules_file.read(config.home), "budget=2;held=0")
    hook_folder.write(config)
    say(config, "SessionStart", source="startup")
    edit = {"tool_name": "Edit", "tool_input": {"file_path": str(file)}}

    said = say(config, "PreToolUse", tool_use_id="t1", **edit)
    assert "`src/auth.py` has not been read in this session." in said
    assert "20 of 20 when not read, 0 of 10 when read (20 sessions" in said

    say(config, "SessionStart", session_id="other", source="startup")
    read = {"tool_name": "Read", "tool_input": {"file_path": str(file)}, "tool_use_id": "t2", "session_id": "other"}
    say(config, "PostToolUse", **read)
    assert say(config, "PreToolUse", tool_use_id="t3", session_id="other", **edit) == ""


def test_what_the_agent_refuses_itself_is_no_history(config: Config, file: Path) -> None:
    """Claude Code's own refusals of unread edits cost nothing and teach nothing here."""
    refusal = "File has not been read yet. Read it first before writing to it."
    put(config.home, [session(config, file, n, read=n % 3 == 0, message=refusal) for n in range(1, 31)])
    compile_rules(config)

    assert rules_file.read(config.home) == []
