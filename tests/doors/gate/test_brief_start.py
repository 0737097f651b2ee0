"""The recording hook turns into the brief once a session, and stays what it is in every other case."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.doors.gate.calling import CLEAN, PYTHON, START
from tests.lessons.builders import a_lesson

from twiceshy.advice.recipes import brief_notes
from twiceshy.archive import hook_files
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.doors.gate import brief, hook
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.lessons import LessonState

TASK = "the coroutine was never awaited, fix it"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """An installed hook folder and a store with one lesson of a person."""
    config = load({}, os.environ, scratch_home)
    lesson = a_lesson(state=LessonState.PROMOTED, observations=12, sessions=5, scope="user")
    with Store.open(config.home) as store, store.begin_writing() as connection:
        writing.add(connection, lesson, imported=True)
        writing.review(connection, writing.id_of(lesson), lesson.last_seen, state=LessonState.PROMOTED)  # type: ignore[arg-type]  # it has one
    hook_folder.write(config)
    script = hook_files.folder_of(config).path / "brief.py"
    text = script.read_text(encoding="utf-8")
    assert text.count("time() * 1000") == 1
    script.write_text(text.replace("time() * 1000", "(time() + 60) * 1000"), encoding="utf-8")  # a busy machine may
    return config


def heard(config: Config, event: str, agent: str = "claude-code", **given: str) -> str:
    """What the agent's call of the installed hook printed."""
    values = {"session_id": "s1", "cwd": str(Path.cwd()), "hook_event_name": event, "prompt": TASK} | given
    folder = hook_files.folder_of(config)
    env = CLEAN | {"TWICESHY_ADVICE_HELD_BACK_PERCENT": "0", "HOME": os.environ["HOME"]}
    done = subprocess.run(
        [PYTHON, "-I", "-S", "-c", START, str(folder.path), agent, event],
        input=json.dumps(values),
        capture_output=True,
        text=True,
        env=env,
        timeout=20,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def spooled(config: Config) -> list[dict[str, str]]:
    text = (config.home / "spool" / "s1.jsonl").read_text(encoding="ascii")
    return [json.loads(line) for line in text.split("\n") if line]


def test_a_prompt_is_recorded_and_briefed_once(config: Config) -> None:
    """With a note of the lesson that it told; the second prompt is recorded alone."""
    said = json.loads(heard(config, "UserPromptSubmit", prompt=TASK + "\n" + "x" * 300_000))

    assert "never awaited" in said["hookSpecificOutput"]["additionalContext"]
    assert heard(config, "UserPromptSubmit") == ""
    assert [note["e"] for note in spooled(config)] == ["UserPromptSubmit"] * 4
    assert [(note.get("v"), note.get("b")) for note in spooled(config)] == [
        (None, None),
        ("s", None),
        ("s", 1),
        (None, None),
    ]


@pytest.mark.parametrize("agent", ["codex", "gemini-cli"])
def test_other_agents_are_briefed_too(config: Config, agent: str) -> None:
    """Gemini CLI by its own names."""
    event = "BeforeAgent" if agent == "gemini-cli" else "UserPromptSubmit"

    assert json.loads(heard(config, event, agent))["hookSpecificOutput"]["hookEventName"] == event


def test_an_environment_that_is_gone_costs_the_brief_alone(config: Config) -> None:
    """The event is recorded, the agent hears nothing, and `doctor` is told."""
    folder = hook_files.folder_of(config)
    folder.settings.write_text(folder.settings.read_text().replace(sys.executable, "/nowhere/python"))

    assert heard(config, "UserPromptSubmit") == ""
    assert len(spooled(config)) == 1
    assert (folder.path / "failures").read_text().endswith("UserPromptSubmit FileNotFoundError")


def test_without_a_store_nothing_is_started(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was learned."""
    (config.home / "twiceshy.db").unlink()

    assert heard(config, "UserPromptSubmit") == ""
    assert (hook_files.folder_of(config).path / "failures").read_text().startswith("#")


def test_agents_that_cannot_be_told_are_not_made_to_wait(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor is a system that cannot turn one program into another."""
    monkeypatch.setattr("posix.execve", lambda *_: pytest.fail("started"))

    brief.start(str(tmp_path), "python", ("opencode", "SessionStart", "s1"), {})
    monkeypatch.delattr("posix.fork")
    brief.start(str(tmp_path), "python", ("codex", "SessionStart", "s1"), {})


def test_both_sides_agree_when_a_session_had_its_brief() -> None:
    """The script may not import the other."""
    assert brief.DONE == brief_notes.DONE
    assert {"SessionStart", "UserPromptSubmit"} == hook.BRIEFED_EVENTS
    assert "brief.py" in {path.name for path in hook_folder.SCRIPTS}
