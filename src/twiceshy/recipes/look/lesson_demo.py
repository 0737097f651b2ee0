"""Demonstrate three mistakes of an agent, from error to lesson to warning, in a temporary folder.

Only the sessions are invented; they are written as Claude Code writes its logs. They are read, learned from and
compiled by the same code as in `ingest` and `learn`. The warnings are what the installed hook and ``check_call``
say.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twiceshy.advice.recipes.call_checks import check_call
from twiceshy.advice.recipes.rule_compilation import compile_rules
from twiceshy.base.config import Config, load
from twiceshy.base.errors import StoreUnwritable
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.hook_changes import DEFAULT_AGENT
from twiceshy.recipes.demo.lesson_story import FOLDER, DemoMistake, write_session
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.lessons import Lesson, PreventionStep
from twiceshy.records.views import Scene

_LOOKS = (1, 3, 10)
"""Sessions after which the lessons are looked at: seen once, in use, sure enough to warn."""
_PATIENCE_S = 10.0
"""Seconds that the hook may take here (guess, 2026-11-21)."""


def demo_lessons() -> tuple[Scene, ...]:
    """Play the three mistakes and return a scene of each.

    Raises:
        StoreError: the temporary folder cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="twiceshy-demo-") as name:
        folder = Path(name)
        config = make_demo_config(folder)
        logs = folder / "claude" / "projects" / "-home-ann-work-cluster"
        logs.mkdir(parents=True)
        now, looks, made = datetime.now(UTC), list[tuple[int, list[Lesson]]](), list[DemoMistake]()
        for number in range(_LOOKS[-1]):
            made = write_session(logs, number, now - timedelta(days=2 * (_LOOKS[-1] - number)))
            if number + 1 in _LOOKS:
                ingest([logs], config)
                learn_lessons(config)
                looks.append((number + 1, list_lessons(config, now)))
        compile_rules(config)
        return _build_scenes(config, made, looks)


def make_demo_config(folder: Path) -> Config:
    """Return settings without any of the user's; the holdout is empty, so that every warning is shown."""
    environment = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "settings")}
    return replace(
        load({"home": str(folder / "data")}, environment, folder), advice_held_back_percent=0, ingest_processes=1
    )


def _build_scenes(
    config: Config, made: Sequence[DemoMistake], looks: Sequence[tuple[int, list[Lesson]]]
) -> tuple[Scene, ...]:
    """Return each mistake with what was learned of it, and what is said before the next one."""
    hook_folder.write(config)
    newest = {lesson.subject: lesson for lesson in looks[-1][1]}
    return tuple(_build_scene(config, one, newest[one.subject], looks) for one in made)


def _build_scene(
    config: Config, mistake: DemoMistake, last: Lesson, looks: Sequence[tuple[int, list[Lesson]]]
) -> Scene:
    """Return one mistake; ``last``: its lesson as it is in the end."""
    if mistake.next_tool == "Bash":
        warning = ask_hook(config, mistake.next_input)
    else:
        warning = ask_check_call(config, mistake.next_tool, mistake.next_input)
    return Scene(
        title=mistake.title,
        call=mistake.call,
        error=mistake.error,
        fix=mistake.fix,
        states=tuple(
            (sessions, lesson.state.value, lesson.confidence)
            for sessions, known in looks
            for lesson in known
            if lesson.id == last.id
        ),
        lesson=last.id,
        words=last.description,
        steps=tuple(map(_describe_step, last.steps)),
        asked=mistake.asked,
        warning=warning,
    )


def _describe_step(step: PreventionStep) -> str:
    """Return a lesson's step in short, as it is stored."""
    expected = step.validation.expected if step.validation else ""
    return " ".join(filter(None, (step.action.value, step.tool, step.parameter, expected)))


def ask_hook(config: Config, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the hook tells an agent that is about to run a command, in a session of its own.

    Raises:
        StoreUnwritable: the hook cannot be started.
    """
    event = {
        "session_id": "demo",
        "cwd": FOLDER,
        "hook_event_name": "PreToolUse",
        "tool_use_id": "toolu_demo",
        "tool_name": "Bash",
        "tool_input": given,
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TWICESHY_")}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and script
            hook_folder.command_of(config, DEFAULT_AGENT, "PreToolUse"),
            input=json.dumps(event).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
            env=clean | {"TWICESHY_HOOK_LEARNS": "0"},
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise StoreUnwritable(f"the hook cannot be started: {exc}. Look with: twiceshy doctor") from exc
    if not done.stdout:
        return ()
    text: str = json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"]
    return tuple(text.splitlines())


def ask_check_call(config: Config, tool: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return what speaks against a call of a tool, as `twiceshy mcp` answers it."""
    found = check_call(config, tool, given, folder=FOLDER)
    return tuple(f"{one.level}{f' if {one.holds_if}' if one.holds_if else ''}: {one.words}" for one in found.known)
