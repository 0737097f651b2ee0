"""A demonstration: three mistakes of an agent, from error to lesson to warning, in a folder that is gone afterwards.

Only the sessions are invented; they are written as Claude Code writes its logs. They are read, learned from and
compiled by what `ingest` and `learn` run, and the warnings are what the installed hook and ``check_call`` say.
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

from twiceshy.config import Config, load
from twiceshy.errors import StoreUnwritable
from twiceshy.flows import hook_folder
from twiceshy.flows.check_call import check_call
from twiceshy.flows.compile_rules import compile_rules
from twiceshy.flows.ingest import ingest
from twiceshy.flows.known_lessons import list_lessons
from twiceshy.flows.lessons import learn_lessons
from twiceshy.flows.sample_log import SessionLog
from twiceshy.records.demo import Scene
from twiceshy.records.lessons import Lesson, Step

FOLDER = "/home/ann/work/cluster"
LOOKS = (1, 3, 10)
"""Sessions after which the lessons are looked at: seen once, in use, sure enough to warn."""
FOREIGN = "bonfire namespace release ephemeral-abc"
RELEASE, DEPLOY, REQUEST, PUSH = "bonfire", "mcp__bonfire__deploy", "mcp__gitlab__mr_create", "mcp__git__push"
PATIENCE_S = 10.0
MODEL = "claude-sonnet-4-5-20250929"


class Seen(NamedTuple):
    """What is told of a mistake besides what was learned."""

    title: str
    call: str
    error: str
    fix: str


def demo_lessons() -> tuple[Scene, ...]:
    """The three mistakes.

    Raises:
        StoreError: the temporary folder cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="twiceshy-demo-") as name:
        folder = Path(name)
        config = config_in(folder)
        logs = folder / "claude" / "projects" / "-home-ann-work-cluster"
        logs.mkdir(parents=True)
        now, looks, told = datetime.now(UTC), list[tuple[int, list[Lesson]]](), dict[str, Seen]()
        for number in range(LOOKS[-1]):
            told = session(logs, number, now - timedelta(days=2 * (LOOKS[-1] - number)))
            if number + 1 in LOOKS:
                ingest([logs], config)
                learn_lessons(config)
                looks.append((number + 1, list_lessons(config, now)))
        compile_rules(config)
        return scenes(config, told, looks)


def config_in(folder: Path) -> Config:
    """Settings that know nothing of the user's; no warning is held back by lot, so that there is one to see."""
    environment = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "settings")}
    return replace(
        load({"home": str(folder / "data")}, environment, folder), advice_held_back_percent=0, ingest_processes=1
    )


def session(logs: Path, number: int, at: datetime) -> dict[str, Seen]:
    """What one more session of an agent did wrong, by what was called; its log is in the folder."""
    rng = Random(number)  # noqa: S311  # invented, and the same everywhere
    log = SessionLog(rng, FOLDER, at, MODEL)
    own, branch, full = f"ephemeral-{number:03x}", f"fix-{number}", f"{rng.getrandbits(160):040x}"
    log.prompt("release my namespace, deploy the fix and open a merge request")
    told = {
        RELEASE: release(log, own),
        DEPLOY: deploy(log, full),
        REQUEST: merge_request(log, branch),
    }
    log.say("Done.")
    (logs / f"{log.id}.jsonl").write_text("\n".join(log.lines) + "\n", encoding="utf-8")
    return told


def release(log: SessionLog, own: str) -> Seen:
    """A namespace is given that is not the agent's own."""
    error = "Error: namespace 'ephemeral-abc' not owned by you"
    log.run(FOREIGN, error, status=1)
    log.run("bonfire namespace list --mine", own)
    log.run(f"bonfire namespace release {own}", f"released {own}")
    return Seen(
        "A namespace that is not one's own", FOREIGN, error, f"bonfire namespace list --mine, then release {own}"
    )


def deploy(log: SessionLog, full: str) -> Seen:
    """A shortened hash is given where the whole one is needed."""
    error = f"manifest unknown: image not found for tag {full[:8]}"
    failed(log, DEPLOY, error, image_tag=full[:8])
    log.run(f"git rev-parse {full[:8]}", full)
    worked(log, DEPLOY, "deployed", image_tag=full)
    return Seen("A shortened commit hash", f"{DEPLOY} image_tag={full[:8]}", error, f"image_tag={full}")


def merge_request(log: SessionLog, branch: str) -> Seen:
    """A merge request is asked for before the branch is pushed."""
    error = f"branch '{branch}' not on remote, push it first"
    failed(log, REQUEST, error, source_branch=branch, target_branch="main")
    worked(log, PUSH, "pushed", branch=branch)
    worked(log, REQUEST, "!1", source_branch=branch, target_branch="main")
    return Seen("A step before its time", f"{REQUEST} source_branch={branch}", error, f"{PUSH}, then the same call")


def failed(log: SessionLog, tool: str, message: str, **given: str) -> None:
    """Nothing; a tool refused."""
    log.result(log.call(tool, **given), message, f"Error: {message}")


def worked(log: SessionLog, tool: str, text: str, **given: str) -> None:
    """Nothing; a tool answered."""
    log.result(log.call(tool, **given), text, {"text": text})


def scenes(config: Config, told: Mapping[str, Seen], looks: Sequence[tuple[int, list[Lesson]]]) -> tuple[Scene, ...]:
    """Each mistake with what was learned of it, and what is said before the next one."""
    hook_folder.write(config)
    tag, branch = {"image_tag": "0123abcd"}, {"source_branch": "fix-11", "target_branch": "main"}
    asked = {
        RELEASE: (f"hook, before `{FOREIGN}`", hook_says(config, {"command": FOREIGN})),
        DEPLOY: ("check_call of image_tag=0123abcd", check_says(config, DEPLOY, tag)),
        REQUEST: ("check_call of source_branch=fix-11", check_says(config, REQUEST, branch)),
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
                steps=tuple(map(step_words, last.steps)),
                asked=asked[subject][0],
                warning=asked[subject][1],
            )
        )
    return tuple(found)


def step_words(step: Step) -> str:
    """A step as it is stored, in short."""
    expected = step.validation.expected if step.validation else ""
    return " ".join(filter(None, (step.action.value, step.tool, step.parameter, expected)))


def hook_says(config: Config, given: Mapping[str, str]) -> tuple[str, ...]:
    """What the hook tells an agent that is about to run a command, in a session of its own.

    Raises:
        StoreUnwritable: the hook cannot be started.
    """
    told = {
        "session_id": "demo", "cwd": FOLDER, "hook_event_name": "PreToolUse", "tool_use_id": "toolu_demo",
        "tool_name": "Bash", "tool_input": given,
    }  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TWICESHY_")}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and script
            hook_folder.command_of(config, "claude-code", "PreToolUse"),
            input=json.dumps(told).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
            env=clean | {"TWICESHY_HOOK_LEARNS": "0"},
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise StoreUnwritable(f"the hook cannot be started: {exc}. Look with: twiceshy doctor") from exc
    if not done.stdout:
        return ()
    text: str = json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"]
    return tuple(text.splitlines())


def check_says(config: Config, tool: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """What speaks against a call of a tool, as `twiceshy mcp` answers it."""
    found = check_call(config, tool, given, folder=FOLDER)
    return tuple(f"{one.level}{f' if {one.holds_if}' if one.holds_if else ''}: {one.words}" for one in found.known)
