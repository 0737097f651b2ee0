"""What the gate says reaches the model, in each agent's own way; and a broken gate stops no agent."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.agents.driving import CLAUDE_CODE, CODEX, GEMINI_CLI, Agent, Scene
from tests.agents.fake_models import Model

from twiceshy.archive import rules_file
from twiceshy.archive.rules_file import GateRule
from twiceshy.commands.keys import gate_keys
from twiceshy.commands.keys.gate_keys import reduce_failure

Harm = Callable[[Scene], None]
RULE = "5a1b2c3d5a1b2c3d"
WARNING = "twiceshy w-5a1b2c3d: such commands failed 7 of 9 times here."
REASON = "twiceshy w-77aa0011: this command was wrong 60 of 60 times."
FIX = "twiceshy w-0c0ffee0: this failure went away 4 of 4 times after: mkdir -p build"


def salt(stage: Scene) -> bytes:
    return (stage.home / "data" / "salt").read_bytes()


def given(stage: Scene, key: bytes, level: str, text: str, settings: str = "budget=2;held=0") -> None:
    rules_file.write(stage.home / "data", [GateRule(key, RULE, level, 0.9, "", "", text)], settings)


def heard(model: Model, text: str) -> list[bool]:
    """Whether each request of the agent had the text."""
    return [text in json.dumps(body, ensure_ascii=False) for body in model.requests]


def advice(stage: Scene) -> list[str]:
    """What was noted of advice: said, held back or overridden."""
    return [one["v"] for one in sorted(stage.spooled(), key=lambda one: int(one["t"])) if "g" in one]


def test_a_warning_arrives_with_its_call_and_once(stage: Scene, agent: Agent) -> None:
    """The model has it when it hears of the first command, and is not told again at the second."""
    given(stage, gate_keys.key_of_tool(agent.name, "run", salt(stage)), "warn", WARNING)
    model = stage.runs(agent.shell("echo a"), agent.shell("echo b"))

    assert heard(model, WARNING) == [False, True, True]
    assert json.dumps(model.requests[-1], ensure_ascii=False).count(WARNING) == 1
    assert advice(stage) == ["s"]


@pytest.mark.parametrize("agent", [CODEX], ids=["codex"])
def test_a_codex_of_today_takes_a_warning_before_its_call(stage: Scene, agent: Agent) -> None:
    """As the newest stored session tells the gate."""
    early = "budget=2;early=codex;held=0"
    given(stage, gate_keys.key_of_tool(agent.name, "run", salt(stage)), "warn", WARNING, early)
    model = stage.runs(agent.shell("echo a"))

    assert heard(model, WARNING) == [False, True]
    assert [one["e"] for one in stage.spooled() if "g" in one] == ["PreToolUse"]


def test_a_refusal_stops_the_call_and_says_why_and_how_to_go_on(stage: Scene, agent: Agent) -> None:
    """The command does not run; with the comment that the reason names it does."""
    command, mark = "touch made", stage.work / "made"
    given(stage, gate_keys.key_of_tool(agent.name, "run", salt(stage)), "block", REASON)
    model = stage.runs(agent.shell(command))
    assert heard(model, REASON) == [False, True]
    assert heard(model, "--ignore-usage-warning")[-1]
    assert not mark.exists()

    stage.runs(agent.shell(f"{command} # --ignore-usage-warning"))
    assert mark.exists()
    assert advice(stage) == ["s", "o"]


@pytest.mark.parametrize("agent", [CLAUDE_CODE, GEMINI_CLI], ids=lambda agent: agent.name)
def test_what_worked_before_is_told_after_a_failure(stage: Scene, agent: Agent) -> None:
    """Codex says nothing of a command's status to its hooks, so there is nothing to answer."""
    message = "ls: cannot access '/nowhere': No such file or directory"
    if agent is GEMINI_CLI:
        message = f"Output: {message}"
    given(
        stage,
        gate_keys.key_of_failure(gate_keys.shorten_folder(str(stage.work)), reduce_failure(message), salt(stage)),
        "inform",
        FIX,
    )
    model = stage.runs(agent.shell("ls /etc/hostname"), agent.shell("ls /nowhere"))

    assert heard(model, FIX) == [False, False, True]


@pytest.mark.parametrize(("wanted", "ended"), [(";timeout=1", True), ("", False)], ids=["wanted", "not wanted"])
@pytest.mark.parametrize("agent", [CLAUDE_CODE], ids=["claude-code"])
def test_the_learned_limit_is_the_calls_own_where_wanted(
    stage: Scene, agent: Agent, wanted: str, *, ended: bool
) -> None:
    """The agent's limit is a second here and the command needs two: with the learned one it comes to its end."""
    command = "sleep 2; expr 1200 + 34"
    key = gate_keys.key_of_command(command, gate_keys.shorten_folder(str(stage.work)), salt(stage))
    rule = GateRule(key, RULE, "inform", 0.9, "short:2:30", "", "it usually needs 2.0 s")
    rules_file.write(stage.home / "data", [rule], f"budget=2{wanted};held=0")
    model = stage.runs(agent.shell(command), BASH_DEFAULT_TIMEOUT_MS="1000")

    assert heard(model, "it usually needs 2.0 s") == [False, True]
    assert heard(model, "1234") == [False, ended]


@pytest.mark.parametrize("agent", [CLAUDE_CODE], ids=["claude-code"])
def test_a_changed_limit_gives_no_permission(stage: Scene, agent: Agent) -> None:
    """Where the user did not allow the command it is not run."""
    stage.agent = replace(agent, words=lambda prompt: ["-p", prompt])
    key = gate_keys.key_of_command("touch made", gate_keys.shorten_folder(str(stage.work)), salt(stage))
    rule = GateRule(key, RULE, "inform", 0.9, "short:300:420", "", "it usually needs 300 s")
    rules_file.write(stage.home / "data", [rule], "budget=2;timeout=1;held=0")
    stage.runs(agent.shell("touch made"))

    assert advice(stage) == ["s"]
    assert not (stage.work / "made").exists()


def damaged(stage: Scene) -> None:
    (stage.home / "data" / "rules.db").write_bytes(b"SQLite format 3\0" + bytes(4_000))


def cut_short(stage: Scene) -> None:
    path = stage.home / "data" / "rules.db"
    path.write_bytes(path.read_bytes()[:5_000])


def without_script(stage: Scene) -> None:
    (stage.home / "data" / "hooks" / "decide.py").unlink()


def broken_script(stage: Scene) -> None:
    (stage.home / "data" / "hooks" / "hook.py").write_text("this is no Python\n")


def gone(stage: Scene) -> None:
    for path in sorted((stage.home / "data" / "hooks").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


BROKEN = [
    *((CLAUDE_CODE, harm) for harm in (damaged, cut_short, without_script, broken_script, gone)),
    (CODEX, damaged),
    (CODEX, gone),
    (GEMINI_CLI, damaged),
]


@pytest.mark.parametrize(
    ("agent", "harm"), BROKEN, ids=lambda one: one.name if isinstance(one, Agent) else one.__name__
)
def test_a_broken_gate_stops_nothing(harm: Harm, stage: Scene, agent: Agent) -> None:
    """The agent does its work and hears nothing."""
    given(stage, gate_keys.key_of_tool(agent.name, "run", salt(stage)), "block", REASON)
    harm(stage)
    model = stage.runs(agent.shell("touch made"))

    assert not any(heard(model, REASON))
    assert (stage.work / "made").exists()
