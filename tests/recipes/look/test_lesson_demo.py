"""The demonstration: what it shows was learned and said by the code that users run, and nothing else is touched."""

import tempfile
from pathlib import Path

import pytest

from twiceshy.recipes.look.lesson_demo import ask_check_call, ask_hook, demo_lessons, make_demo_config
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.views import Scene

FOREIGN = "bonfire namespace release ephemeral-abc"


@pytest.fixture(scope="module")
def scenes() -> tuple[Scene, ...]:
    return demo_lessons()


def test_each_mistake_becomes_a_lesson_in_use(scenes: tuple[Scene, ...]) -> None:
    """Seen once it is watched, thrice it is in use, ten times it is sure enough to warn."""
    assert len(scenes) == 3
    for scene in scenes:
        assert [(n, state) for n, state, _ in scene.states] == [(1, "shadow"), (3, "active"), (10, "active")]
        sure = [round(value, 2) for _, _, value in scene.states]
        assert sure == [0.5, 0.5, 0.75]


def test_steps_are_those_that_the_retry_taught(scenes: tuple[Scene, ...]) -> None:
    """List and take the value from there; the form of the value; the tool that comes first."""
    release, deploy, request = (scene.steps for scene in scenes)

    assert [step.split()[0] for step in release] == ["call_tool_first", "extract_from_result", "use_extracted_value"]
    assert deploy == ("validate_parameter image_tag a full commit hash of 40 characters",)
    assert request == ("call_tool_first mcp__git__push", "verify_prerequisite_success mcp__git__push")


def test_the_next_call_is_warned_of(scenes: tuple[Scene, ...]) -> None:
    """By the hook with what it said; by the check with the form, and with the condition."""
    release, deploy, request = ("\n".join(scene.warning) for scene in scenes)

    assert f"`{FOREIGN}` failed 10 of 10 times in this folder" in release
    assert "worked after it" not in release  # a look got over nothing: the steps say what it is for
    assert deploy.startswith("warn: ")
    assert '`image_tag` is not "a full commit hash of 40 characters".' in deploy
    assert request.startswith("warn if `mcp__git__push` was not called before: ")


def test_nothing_outside_is_touched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither home nor the settings in force; the temporary folder is gone, and an off switch does not matter."""
    home, place = tmp_path / "anywhere", tmp_path / "temporary"
    home.mkdir()
    place.mkdir()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TWICESHY_HOME", "CLAUDE_CONFIG_DIR"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("TWICESHY_ENABLED", "0")
    monkeypatch.setattr(tempfile, "tempdir", str(place))

    found = demo_lessons()

    assert all(scene.warning for scene in found)
    assert [*home.iterdir(), *place.iterdir()] == []


def test_without_anything_learned_nothing_is_said(tmp_path: Path) -> None:
    """The warnings come from what was learned: in an empty folder the same questions get no answer."""
    config = make_demo_config(tmp_path)
    hook_folder.write(config)

    assert ask_hook(config, {"command": FOREIGN}) == ()
    assert ask_check_call(config, "mcp__bonfire__deploy", {"image_tag": "0123abcd"}) == ()
