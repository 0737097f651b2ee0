"""Is there a person, or does an agent or a CI machine run this? The variables that these set say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_PERSON = ("CI", "AGENT", "AI_AGENT", "CLAUDECODE", "CODEX_SANDBOX", "CURSOR_AGENT", "GEMINI_CLI", "OPENCODE")
"""Variables of CI machines, and of agents, who have terminals of their own (their manuals, 2026-11-23)."""
_FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


def is_without_person(environment: Mapping[str, str]) -> bool:
    """Tell whether an agent or a CI machine runs this, by the variables that they set."""
    return any(environment.get(name, "").strip().lower() not in _FALSE_WORDS for name in _NO_PERSON)
