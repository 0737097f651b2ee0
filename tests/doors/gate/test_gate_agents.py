"""Each agent is told in its own form: golden files that were compared with the agents' contracts."""

import json
from pathlib import Path

import pytest

from twiceshy.doors.gate.agents import OVERRIDE, render_advice

GOLDEN = Path(__file__).parent / "golden"
WORDS = 'twiceshy w-00112233: `npm test` failed 9 of 9 times\nIt said: "ä"'
CASES = [
    ("claude-code", "PreToolUse", "warn"),
    ("claude-code", "PreToolUse", "block"),
    ("claude-code", "PostToolUseFailure", "inform"),
    ("codex", "PreToolUse", "block"),
    ("codex", "PreToolUse", "warn"),
    ("codex", "PostToolUse", "warn"),
    ("gemini-cli", "PreToolUse", "block"),
    ("gemini-cli", "PostToolUse", "warn"),
]
ALLOWED = {
    "hookSpecificOutput",
    "hookEventName",
    "additionalContext",
    "permissionDecision",
    "permissionDecisionReason",
    "decision",
    "reason",
}
CHANGED = '{"command":"npm test","description":"\\u00e4","timeout":420000}'


@pytest.mark.parametrize(("agent", "event", "level"), CASES)
def test_the_form_is_the_agents_own(agent: str, event: str, level: str) -> None:
    """One JSON object on one line of ASCII with the words in it, no key that the agent does not know."""
    found = render_advice(agent, event, level, WORDS)

    assert found + "\n" == (GOLDEN / f"{agent}.{event}.{level}.json").read_text(encoding="ascii")
    value = json.loads(found)
    inner = value.get("hookSpecificOutput", value)
    assert set(value) | set(inner) <= ALLOWED
    assert (f"{WORDS}\n{OVERRIDE}" if level == "block" else WORDS) in inner.values()


@pytest.mark.parametrize(("words", "name"), [(WORDS, "changed"), ("", "changed-only")])
def test_a_changed_input_is_given_whole_and_decides_nothing(words: str, name: str) -> None:
    """To Claude Code before a call; whether the call may be made is asked as ever."""
    found = render_advice("claude-code", "PreToolUse", "inform", words, CHANGED)

    assert found + "\n" == (GOLDEN / f"claude-code.PreToolUse.{name}.json").read_text(encoding="ascii")
    inner = json.loads(found)["hookSpecificOutput"]
    assert inner["updatedInput"] == json.loads(CHANGED)
    assert "permissionDecision" not in inner
    assert "updatedInput" not in render_advice("codex", "PreToolUse", "inform", WORDS, CHANGED)


def test_where_an_agent_has_no_place_nothing_is_said() -> None:
    """A warning before a call would be shown to nobody."""
    assert render_advice("gemini-cli", "PreToolUse", "warn", WORDS) == ""
