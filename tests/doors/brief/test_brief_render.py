"""Each agent gets a brief in its own form: golden files that were compared with the agents' contracts."""

import json
from pathlib import Path

import pytest

from twiceshy.advice.recipes import name_event
from twiceshy.doors.brief.brief_render import render_brief

GOLDEN = Path(__file__).parent / "golden"
WORDS = 'twiceshy, from the record of earlier sessions:\nSeen 12 times: "ä"\n  bad   f()'


@pytest.mark.parametrize("event", ["SessionStart", "UserPromptSubmit"])
@pytest.mark.parametrize("agent", ["claude-code", "codex", "gemini-cli"])
def test_the_form_is_the_agents_own(agent: str, event: str) -> None:
    """One JSON object on one line of ASCII with the words in it, as kept."""
    found = render_brief(name_event(agent, event), WORDS)

    assert found + "\n" == (GOLDEN / f"{agent}.{event}.json").read_text(encoding="ascii")
    assert json.loads(found)["hookSpecificOutput"]["additionalContext"] == WORDS
