"""Which files agents read."""

from pathlib import Path

import pytest

from twiceshy.logs.agent_instructions import (
    choose_project_file,
    find_own_file,
    find_settings_file,
    find_user_file,
    list_read_files,
)

HOME = Path("/home/me")


@pytest.mark.parametrize(
    ("agents", "there", "expected"),
    [
        ([], [], "AGENTS.md"),
        (["opencode"], [], "AGENTS.md"),
        (["claude-code"], [], "CLAUDE.md"),
        (["claude-code"], ["AGENTS.md"], "AGENTS.md"),
        (["gemini-cli", "claude-code"], ["CLAUDE.md", "AGENTS.md"], "CLAUDE.md"),
        (["gemini-cli"], ["AGENTS.md", "CLAUDE.md"], "CLAUDE.md"),
    ],
)
def test_a_project_has_one_file_for_lines(tmp_path: Path, agents: list[str], there: list[str], expected: str) -> None:
    """What exists comes before what an agent would read."""
    for name in there:
        (tmp_path / name).touch()

    assert choose_project_file(agents, tmp_path) == tmp_path / expected


def test_only_some_agents_know_a_file_of_ones_own() -> None:
    """In a project."""
    assert find_own_file(["claude-code"], HOME, HOME / "CLAUDE.md") == HOME / "CLAUDE.local.md"
    assert find_own_file(["codex"], HOME, HOME / "AGENTS.md") is None
    assert find_own_file([], HOME, HOME / "notes.md") is None


def test_files_of_the_user_lie_in_the_agents_folder() -> None:
    """Wherever a variable put it."""
    assert find_user_file(["cursor", "codex"], {"CODEX_HOME": "/c"}, HOME) == Path("/c/AGENTS.md")
    assert find_user_file(["cursor"], {}, HOME) is None
    assert find_settings_file("claude-code", None, {}, HOME) == HOME / ".claude" / "settings.json"
    assert find_settings_file("claude-code", HOME / "a", {}, HOME) == HOME / "a" / ".claude" / "settings.local.json"
    assert find_settings_file("codex", None, {}, HOME) is None
    assert HOME / ".gemini" / "GEMINI.md" in list_read_files(HOME / "a", {}, HOME)
