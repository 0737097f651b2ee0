"""base.model_names: all spellings of a model are one row, and two models never are."""

import pytest

from twiceshy.base.model_names import name_model

SAME = ["gpt-5.4-mini", "gpt-4o", "gemini-3-pro-preview", "claude-opus-4-6", "claude-3-5-sonnet", "grok-4.3", "?", ""]
SPELLINGS = [
    ("google/gemini-3-pro-preview", "gemini-3-pro-preview"),
    ("openrouter/anthropic/claude-opus-4.5", "claude-opus-4-5"),
    ("claude-opus-4-5-20251101", "claude-opus-4-5"),
    ("claude-opus-4-5@20251101", "claude-opus-4-5"),
    ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
    ("global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
    ("anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet"),
    ("claude-4.5-sonnet-thinking", "claude-sonnet-4-5"),
    ("claude-4-sonnet", "claude-sonnet-4"),
    ("claude-opus-4.8", "claude-opus-4-8"),
    ("claude-sonnet-4-5[1m]", "claude-sonnet-4-5"),
    ("claude-3-5-haiku-latest", "claude-3-5-haiku"),
    ("gpt-4o-2024-08-06", "gpt-4o"),
    (" GPT-5.5 ", "gpt-5.5"),
]
DIFFERENT = [
    ("gpt-5.4", "gpt-5.4-mini"),
    ("gpt-5.3-codex", "gpt-5.3-codex-spark"),
    ("claude-opus-4", "claude-opus-4-1"),
    ("gemini-3-pro", "gemini-3-pro-preview"),
    ("x/nemotron-3", "x/nemotron-3:free"),
]


@pytest.mark.parametrize("name", SAME)
def test_a_models_own_name_stays(name: str) -> None:
    """What its maker calls it."""
    assert name_model(name) == name


@pytest.mark.parametrize(("spelling", "name"), SPELLINGS, ids=[spelling for spelling, _ in SPELLINGS])
def test_a_spelling_is_the_models_name(spelling: str, name: str) -> None:
    """Provider, region, day and version say nothing of the model."""
    assert name_model(spelling) == name


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_models_stay_two(one: str, other: str) -> None:
    """A word that changes the price is a part of the name."""
    assert name_model(one) != name_model(other)
