"""The gate on a call's own input: tools by their names, patterns of one value, and a limit put into the call."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.doors.gate.calling import CLEAN, PYTHON, START
from tests.doors.gate.test_decide import OTHER, RULE, Gate, bash, called, command_line, line

from twiceshy.archive.rules_file import GateRule
from twiceshy.commands.keys import gate_keys
from twiceshy.doors.gate import decide
from twiceshy.doors.gate.conditions import SessionNotes
from twiceshy.lessons.call_patterns import find_call_patterns
from twiceshy.records.lessons import PreventionAction, PreventionStep, Validation

DEPLOY, LISTED = "mcp__Shop__deploy", "mcp__Shop__list"
ON = "budget=2;timeout=1;held=0"
LIMIT = "short:300:420"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "data")


def answered(gate: Gate, given_: dict[str, Any], agent: str = "claude-code", **env: str) -> dict[str, Any]:
    """The whole answer; empty for nothing."""
    command = [PYTHON, "-I", "-S", "-c", START, str(gate.folder), agent, "PreToolUse"]
    data = json.dumps(given_ | {"hook_event_name": "PreToolUse"}).encode()
    done = subprocess.run(command, input=data, capture_output=True, env=CLEAN | env, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    found: dict[str, Any] = json.loads(done.stdout)["hookSpecificOutput"] if done.stdout else {}
    return found


def test_a_tool_is_found_by_its_name_and_one_of_its_values(gate: Gate) -> None:
    """In upper or lower case; another value of the call does not count, nor another tool's."""
    rule = GateRule(
        gate_keys.key_of_tool_name(DEPLOY, gate.salt), RULE, "warn", 0.9, "input:tag", r"\A[0-9a-f]{4,39}\Z", "words"
    )
    gate.rules(rule)

    assert gate.say("PreToolUse", called(DEPLOY, "t1", tag="v1", other="deadbeef")) == ""
    assert gate.say("PreToolUse", called(LISTED, "t2", tag="deadbeef")) == ""
    assert gate.say("PreToolUse", called(DEPLOY, "t3", tag=["deadbeef"])) == ""
    assert gate.say("PreToolUse", called(DEPLOY.lower(), "t4", tag="deadbeef")) == "words"


def test_a_program_is_found_behind_a_cd(gate: Gate) -> None:
    """By the pattern that its lesson was compiled to."""
    step = PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER,
        parameter="command",
        validation=Validation(check="'--short' in options"),
    )
    (form,), _ = find_call_patterns("frob", "command", [step])
    gate.rules(GateRule(gate_keys.key_of_program("frob", gate.salt), RULE, "warn", 0.9, "", form.pattern, "words"))

    assert gate.say("PreToolUse", bash("cd web && frob list --long", "t1")) == ""
    assert gate.say("PreToolUse", bash("cd web && frob list --short", "t2")) == "words"


def test_a_tool_that_has_to_come_first_is_known_by_its_note(gate: Gate) -> None:
    """Of this dialogue; a subagent's call is not its parent's."""
    gate.say("SessionStart", {"session_id": "s1", "source": "startup"})
    condition = f"without:{gate_keys.make_spool_tool(LISTED, gate.salt)}"
    gate.rules(line(gate_keys.key_of_tool_name(DEPLOY, gate.salt), condition=condition))
    gate.say("PostToolUse", called(LISTED, "t1"))
    assert gate.say("PreToolUse", called(DEPLOY, "t2")) == ""

    assert gate.say("PreToolUse", called(DEPLOY, "t3", run="sub")) == "words"


def test_a_known_tools_name_is_not_noted(gate: Gate) -> None:
    """Its kind says enough; the hash of any other is."""
    gate.say("PreToolUse", called("Read", "t1", file_path="/a"))
    gate.say("PreToolUse", called(DEPLOY, "t2"))

    assert [note.get("n") for note in gate.lines()] == [None, gate_keys.make_spool_tool(DEPLOY, gate.salt)[1:]]


def test_the_learned_limit_takes_the_place_of_a_shorter_one(gate: Gate) -> None:
    """All other members come back as they were; it asks for no permission and gives none. Again at the next call."""
    gate.rules(command_line(gate, "npm test", level="inform", condition=LIMIT), settings=ON)
    more = {"description": 'tests "é" \u2028', "n": 1.5, "deep": {"a": [1, None, True]}}
    first = answered(gate, bash("npm test", "t1", **more))
    again = answered(gate, bash("npm test", "t2", timeout=150_000))

    assert first == {
        "hookEventName": "PreToolUse",
        "additionalContext": "words",
        "updatedInput": {"command": "npm test", "timeout": 420_000, **more},
    }
    assert again == {"hookEventName": "PreToolUse", "updatedInput": {"command": "npm test", "timeout": 420_000}}


KEPT = [
    ("not wanted", {}, LIMIT, "budget=2;held=0", "claude-code"),
    ("nothing was learned", {}, "short:300", ON, "claude-code"),
    ("a longer one was asked for", {"timeout": 500_000}, "short:550:420", ON, "claude-code"),
    ("nobody waits for it", {"run_in_background": True}, LIMIT, ON, "claude-code"),
    ("another agent", {}, LIMIT, ON + ";early=codex", "codex"),
    ("held back by lot", {}, LIMIT, "budget=2;timeout=1;held=65536", "claude-code"),
]


@pytest.mark.parametrize(
    ("more", "condition", "set_to", "agent"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT]
)
def test_the_call_stays_as_it_is(gate: Gate, more: dict[str, Any], condition: str, set_to: str, agent: str) -> None:
    """Where nobody wants it, knows better, or it would be shorter."""
    gate.rules(command_line(gate, "npm test", level="inform", condition=condition), settings=set_to)

    assert "updatedInput" not in answered(gate, bash("npm test", **more), agent)


def test_no_limit_is_longer_than_ten_minutes(gate: Gate) -> None:
    """Which is what the agent takes at most."""
    gate.rules(command_line(gate, "npm test", level="inform", condition="short:300:4000"), settings=ON)

    assert answered(gate, bash("npm test"))["updatedInput"]["timeout"] == 600_000


def test_the_agents_own_default_is_known(gate: Gate) -> None:
    """From the variable by which a user sets it."""
    gate.rules(command_line(gate, "npm test", level="inform", condition="short:3:5"), settings=ON)
    assert answered(gate, bash("npm test", "t1")) == {}
    assert answered(gate, bash("npm test", "t2"), BASH_DEFAULT_TIMEOUT_MS="junk") == {}

    found = answered(gate, bash("npm test", "t3"), BASH_DEFAULT_TIMEOUT_MS="1000")
    assert found["updatedInput"]["timeout"] == 5_000


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=4,
    )
)
def test_any_input_comes_back_unchanged(asked: dict[str, Any]) -> None:
    """But for its timeout; what JSON cannot say is left alone."""
    asked = {key: value for key, value in asked.items() if key not in {"timeout", "run_in_background"}}
    told: dict[str, object] = {"tool_name": "Bash", "tool_input": asked}
    now = decide.GateEvent("", ("claude-code", "PreToolUse", ""), told, {"s": "x"}, b"s" * 32)
    changed = SessionNotes(now, {"timeout": "1"}).lengthen_timeout((b"", OTHER, "inform", 0.9, LIMIT, "", ""))

    infinite = "Infinity" in json.dumps(asked)
    assert changed == "" if infinite else json.loads(changed) == asked | {"timeout": 420_000}
