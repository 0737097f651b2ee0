"""Each agent gets a brief in its own form: golden files that were compared with the agents' contracts."""

import json
from pathlib import Path

import pytest

from twiceshy.surfaces.brief.brief_render import RENDERERS, render_brief

GOLDEN = Path(__file__).parent / "golden"
WORDS = 'twiceshy, from the record of earlier sessions:\nSeen 12 times: "ä"\n  bad   f()'


@pytest.mark.parametrize("event", ["SessionStart", "UserPromptSubmit"])
@pytest.mark.parametrize("agent", list(RENDERERS))
def test_the_form_is_the_agents_own(agent: str, event: str) -> None:
    """One JSON object on one line of ASCII with the words in it, as kept."""
    found = render_brief(agent, event, WORDS)

    assert found + "\n" == (GOLDEN / f"{agent}.{event}.json").read_text(encoding="ascii")
    assert json.loads(found)["hookSpecificOutput"]["additionalContext"] == WORDS


def test_no_words_no_output() -> None:
    """Nor for an agent that would not read it."""
    assert render_brief("codex", "UserPromptSubmit", "") == ""
    assert render_brief("other", "UserPromptSubmit", WORDS) == ""
