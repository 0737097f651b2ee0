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
from random import Random
from typing import NamedTuple

from twiceshy.capture.agent_hooks import DEFAULT_AGENT
from twiceshy.config import Config, load
from twiceshy.demo.sample_log import SessionLog
from twiceshy.errors import StoreUnwritable
from twiceshy.flows.advise.call_checks import check_call
from twiceshy.flows.advise.rule_compilation import compile_rules
from twiceshy.flows.collect.ingest_logs import ingest
from twiceshy.flows.lessons.current_lessons import list_lessons
from twiceshy.flows.lessons.learn_from_sessions import learn_lessons
from twiceshy.flows.setup import hook_folder
from twiceshy.records.lessons import Lesson, PreventionStep
from twiceshy.records.views import Scene

_FOLDER = "/home/ann/work/cluster"
_LOOKS = (1, 3, 10)
"""Sessions after which the lessons are looked at: seen once, in use, sure enough to warn."""
FOREIGN = "bonfire namespace release ephemeral-abc"
_RELEASE, _DEPLOY, _REQUEST, _PUSH = "bonfire", "mcp__bonfire__deploy", "mcp__gitlab__mr_create", "mcp__git__push"
_PATIENCE_S = 10.0
_MODEL = "claude-sonnet-4-5-20250929"


class _DemoMistake(NamedTuple):
    """A mistake of the demonstration: its title, the call, the error and the fix."""

    title: str
    call: str
    error: str
    fix: str


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
        now, looks, told = datetime.now(UTC), list[tuple[int, list[Lesson]]](), dict[str, _DemoMistake]()
        for number in range(_LOOKS[-1]):
            told = _write_session(logs, number, now - timedelta(days=2 * (_LOOKS[-1] - number)))
            if number + 1 in _LOOKS:
                ingest([logs], config)
                learn_lessons(config)
                looks.append((number + 1, list_lessons(config, now)))
        compile_rules(config)
        return _build_scenes(config, told, looks)


def make_demo_config(folder: Path) -> Config:
    """Return settings without any of the user's; the holdout is empty, so that every warning is shown."""
    environment = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "settings")}
    return replace(
        load({"home": str(folder / "data")}, environment, folder), advice_held_back_percent=0, ingest_processes=1
    )


def _write_session(logs: Path, number: int, at: datetime) -> dict[str, _DemoMistake]:
    """Write the log of one more session; return its mistakes by the tool that was called."""
    rng = Random(number)  # noqa: S311  # invented, and the same everywhere
    log = SessionLog(rng, _FOLDER, at, _MODEL)
    own, branch, full = f"ephemeral-{number:03x}", f"fix-{number}", f"{rng.getrandbits(160):040x}"
    log.prompt("release my namespace, deploy the fix and open a merge request")
    told = {
        _RELEASE: _release_namespace(log, own),
        _DEPLOY: _deploy_image(log, full),
        _REQUEST: _request_merge(log, branch),
    }
    log.say("Done.")
    (logs / f"{log.id}.jsonl").write_text("\n".join(log.lines) + "\n", encoding="utf-8")
    return told


def _release_namespace(log: SessionLog, own: str) -> _DemoMistake:
    """Log the release of a namespace that is not the agent's own."""
    error = "Error: namespace 'ephemeral-abc' not owned by you"
    log.run(FOREIGN, error, status=1)
    log.run("bonfire namespace list --mine", own)
    log.run(f"bonfire namespace release {own}", f"released {own}")
    return _DemoMistake(
        "A namespace that is not one's own", FOREIGN, error, f"bonfire namespace list --mine, then release {own}"
    )


def _deploy_image(log: SessionLog, full: str) -> _DemoMistake:
    """Log a deployment with a shortened hash where the whole one is needed."""
    error = f"manifest unknown: image not found for tag {full[:8]}"
    _fail_call(log, _DEPLOY, error, image_tag=full[:8])
    log.run(f"git rev-parse {full[:8]}", full)
    _answer_call(log, _DEPLOY, "deployed", image_tag=full)
    return _DemoMistake("A shortened commit hash", f"{_DEPLOY} image_tag={full[:8]}", error, f"image_tag={full}")


def _request_merge(log: SessionLog, branch: str) -> _DemoMistake:
    """Log a merge request that is made before the branch is pushed."""
    error = f"branch '{branch}' not on remote, push it first"
    _fail_call(log, _REQUEST, error, source_branch=branch, target_branch="main")
    _answer_call(log, _PUSH, "pushed", branch=branch)
    _answer_call(log, _REQUEST, "!1", source_branch=branch, target_branch="main")
    return _DemoMistake(
        "A step before its time", f"{_REQUEST} source_branch={branch}", error, f"{_PUSH}, then the same call"
    )


def _fail_call(log: SessionLog, tool: str, message: str, **given: str) -> None:
    """Log a call that a tool refused."""
    log.result(log.call(tool, **given), message, f"Error: {message}")


def _answer_call(log: SessionLog, tool: str, text: str, **given: str) -> None:
    """Log a call that a tool answered."""
    log.result(log.call(tool, **given), text, {"text": text})


def _build_scenes(
    config: Config, told: Mapping[str, _DemoMistake], looks: Sequence[tuple[int, list[Lesson]]]
) -> tuple[Scene, ...]:
    """Return each mistake with what was learned of it, and what is said before the next one."""
    hook_folder.write(config)
    tag, branch = {"image_tag": "0123abcd"}, {"source_branch": "fix-11", "target_branch": "main"}
    asked = {
        _RELEASE: (f"hook, before `{FOREIGN}`", ask_hook(config, {"command": FOREIGN})),
        _DEPLOY: ("check_call of image_tag=0123abcd", ask_check_call(config, _DEPLOY, tag)),
        _REQUEST: ("check_call of source_branch=fix-11", ask_check_call(config, _REQUEST, branch)),
    }
    found = []
    for subject, seen in told.items():
        last = {lesson.subject: lesson for lesson in looks[-1][1]}[subject]
        states = [
            (sessions, lesson.state.value, lesson.confidence)
            for sessions, known in looks
            for lesson in known
            if lesson.id == last.id
        ]
        found.append(
            Scene(
                title=seen.title,
                call=seen.call,
                error=seen.error,
                fix=seen.fix,
                states=tuple(states),
                lesson=last.id,
                words=last.description,
                steps=tuple(map(_describe_step, last.steps)),
                asked=asked[subject][0],
                warning=asked[subject][1],
            )
        )
    return tuple(found)


def _describe_step(step: PreventionStep) -> str:
    """Return a lesson's step in short, as it is stored."""
    expected = step.validation.expected if step.validation else ""
    return " ".join(filter(None, (step.action.value, step.tool, step.parameter, expected)))


def ask_hook(config: Config, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the hook tells an agent that is about to run a command, in a session of its own.

    Raises:
        StoreUnwritable: the hook cannot be started.
    """
    told = {
        "session_id": "demo",
        "cwd": _FOLDER,
        "hook_event_name": "PreToolUse",
        "tool_use_id": "toolu_demo",
        "tool_name": "Bash",
        "tool_input": given,
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TWICESHY_")}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and script
            hook_folder.command_of(config, DEFAULT_AGENT, "PreToolUse"),
            input=json.dumps(told).encode(),
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
    found = check_call(config, tool, given, folder=_FOLDER)
    return tuple(f"{one.level}{f' if {one.holds_if}' if one.holds_if else ''}: {one.words}" for one in found.known)
