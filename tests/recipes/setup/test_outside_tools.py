"""flows.tools: which outside tools are here."""

from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.archive.health_rows import check_tools
from twiceshy.base import toolbox
from twiceshy.base.config import Config
from twiceshy.recipes.setup import outside_tools
from twiceshy.records.upkeep import CheckState


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """An empty data folder, and no program of that name anywhere."""
    monkeypatch.setattr(toolbox, "on_path", lambda _: None)
    return Config(home=tmp_path / "data", origins=dict.fromkeys(("tools.semgrep",), "--tools"))


def test_every_tool_is_listed_with_what_is_missing_without_it(config: Config) -> None:
    """None is here, and each says what it is for."""
    lines = outside_tools.list_tools(config)

    assert list(toolbox.TOOLS) == [line.name for line in lines]
    assert all(line.path is None and line.what and not line.problem for line in lines)


def test_a_missing_tool_is_a_note_and_no_problem(config: Config) -> None:
    """Nothing needs one."""
    found = check_tools(outside_tools.list_tools(config))

    assert (found.state, found.words) == (CheckState.NOTE, "not here: semgrep, ruff, minilm")


def test_a_wrong_setting_is_a_problem(config: Config, tmp_path: Path) -> None:
    """It says which setting, where it was made, and the list goes on."""
    wrong = replace(config, tools_semgrep=tmp_path / "gone")

    found = check_tools(outside_tools.list_tools(wrong))
    assert found.state is CheckState.PROBLEM
    assert "--tools: tools.semgrep names" in found.words
    assert len(toolbox.TOOLS) == len(outside_tools.list_tools(wrong))


def test_all_tools_here_is_fine(config: Config, tmp_path: Path) -> None:
    """Each is named with its version."""
    path = tmp_path / "there"
    path.write_text("")

    found = check_tools(
        outside_tools.list_tools(replace(config, tools_semgrep=path, tools_ruff=path, tools_minilm=path))
    )
    assert (found.state, found.words) == (CheckState.OK, "semgrep unknown, ruff unknown, minilm unknown")
