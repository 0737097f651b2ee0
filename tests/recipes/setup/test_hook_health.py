"""What `doctor` says of the hooks and of `learn`, and what it mends."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.archive import hook_files
from twiceshy.archive.hook_files import HookFolder, folder_of
from twiceshy.base.config import Config, load
from twiceshy.recipes.learn import learn_all
from twiceshy.recipes.setup import hook_folder, hook_install
from twiceshy.recipes.setup.hook_install import HostEnvironment
from twiceshy.records.upkeep import Check, CheckState


@pytest.fixture
def config(scratch_home: Path) -> Config:
    (scratch_home / ".claude").mkdir()
    config = load({}, os.environ, scratch_home)
    place = HostEnvironment(dict(os.environ), scratch_home, scratch_home)
    hook_install.install(config, hook_install.plan(config, place, project=False, agents=[]))
    return config


def checks(config: Config) -> list[Check]:
    return list(hook_install.check_hooks(config, datetime.now(UTC)))


def worse(config: Config) -> list[tuple[str, CheckState]]:
    return [
        (check.name, check.state)
        for check in checks(config)
        if check.state is not CheckState.OK and check.name != "learn"
    ]


def settings_of(config: Config) -> Path:
    return hook_files.read_entries(folder_of(config))[0].path


def test_a_fresh_installation_is_well(config: Config) -> None:
    """Only `learn` has not run yet."""
    assert worse(config) == []
    assert [check.state for check in checks(config) if check.name == "learn"] == [CheckState.NOTE]
    learn_all.learn(config)
    assert [check.state for check in checks(config) if check.name == "learn"] == [CheckState.OK]


def test_without_hooks_there_is_one_note(scratch_home: Path) -> None:
    """Nothing to mend."""
    (check,) = checks(load({}, os.environ, scratch_home))

    assert (check.name, check.state, check.advice) == ("hooks", CheckState.NOTE, "twiceshy init")


def interpreter_gone(config: Config, folder: HookFolder) -> None:
    text = folder.settings.read_text().replace("interpreter=", "interpreter=/gone")
    folder.settings.write_text(text)


def environment_gone(config: Config, folder: HookFolder) -> None:
    folder.settings.write_text(folder.settings.read_text().replace("python=", "python=/gone", 1))


def script_gone(config: Config, folder: HookFolder) -> None:
    folder.script.unlink()


def script_old(config: Config, folder: HookFolder) -> None:
    folder.script.write_text("old")


def part_gone(config: Config, folder: HookFolder) -> None:
    """As a version left it that had no such script yet."""
    (folder.path / "conditions.py").unlink()


def part_old(config: Config, folder: HookFolder) -> None:
    (folder.path / "decide.py").write_text("old")


def settings_gone(config: Config, folder: HookFolder) -> None:
    folder.settings.unlink()


def entries_old(config: Config, folder: HookFolder) -> None:
    path = settings_of(config)
    path.write_text(path.read_text().replace('"-I"', '"-E"', 1))


def disabled(config: Config, folder: HookFolder) -> None:
    (folder.path / "disabled").touch()
    (folder.path / "overruns").write_text("...")


def slow_project(config: Config, folder: HookFolder) -> None:
    (folder.path / "slow_folders").write_text(f"\n{int(time.time())} ab" * 3 + f"\n{int(time.time())} cd\nodd")


BROKEN = [
    (slow_project, {("hook", CheckState.NOTE)}),
    (interpreter_gone, {("interpreter", CheckState.PROBLEM), ("hook script", CheckState.PROBLEM)}),
    (environment_gone, {("hook script", CheckState.PROBLEM)}),
    (script_gone, {("hook script", CheckState.PROBLEM)}),
    (script_old, {("hook script", CheckState.PROBLEM)}),
    (part_gone, {("hook script", CheckState.PROBLEM)}),
    (part_old, {("hook script", CheckState.PROBLEM)}),
    (settings_gone, {("interpreter", CheckState.PROBLEM), ("hook script", CheckState.PROBLEM)}),
    (entries_old, {("hooks", CheckState.PROBLEM)}),
    (disabled, {("hook", CheckState.PROBLEM)}),
]


@pytest.mark.parametrize(("fault", "found"), BROKEN, ids=[row[0].__name__ for row in BROKEN])
def test_what_broke_is_told_and_mended(config: Config, fault: object, found: set[tuple[str, CheckState]]) -> None:
    """By one command; afterwards the hook works, and removing still gives back the first bytes."""
    fault(config, folder_of(config))  # type: ignore[operator]  # a function of the rows above
    assert set(worse(config)) == found
    assert all(check.advice for check in checks(config) if check.state is not CheckState.OK)

    hook_install.repair(config)
    assert worse(config) == []
    assert hook_folder.simulate(config, "PreToolUse").works
    path = settings_of(config)
    hook_install.remove(
        config, hook_install.plan_removal(config, HostEnvironment(dict(os.environ), Path.home(), Path.cwd()))
    )
    assert not path.exists()


def test_entries_that_the_user_took_out_stay_out(config: Config) -> None:
    """That is a decision and no fault."""
    settings_of(config).write_text('{"model": "large"}')
    assert worse(config) == [("hooks", CheckState.NOTE)]
    hook_install.repair(config)

    assert settings_of(config).read_text() == '{"model": "large"}'


def test_settings_that_cannot_be_mended_are_told(config: Config) -> None:
    """Damaged or read-only ones are left alone."""
    path = settings_of(config)
    entries_old(config, folder_of(config))
    path.chmod(0o444)
    assert [refusal.reason for refusal in hook_install.repair(config).refusals] == ["it is read-only"]
    path.chmod(0o644)
    path.write_text("{nope")
    assert worse(config) == [("hooks", CheckState.PROBLEM)]
    assert len(hook_install.repair(config).refusals) == 1


def test_switched_off_hooks_are_a_note(config: Config) -> None:
    """Everything is in place and nothing is recorded."""
    path = settings_of(config)
    path.write_text(path.read_text().replace("{", '{"disableAllHooks": true,', 1))

    assert worse(config) == [("hooks", CheckState.NOTE)]


def test_the_last_faults_are_listed(config: Config) -> None:
    """With their times, and whatever stands in a damaged line."""
    with (folder_of(config).path / "failures").open("a") as file:
        file.write("\n1795239236708 Stop OSError\nx y z")
    (check,) = [check for check in checks(config) if check.name == "hook"]

    assert check.state is CheckState.NOTE
    assert "2026-11-21 05:33 UTC Stop OSError\ny z" in check.words


def test_a_data_folder_that_only_a_plugin_uses(config: Config) -> None:
    """The entries lie elsewhere then."""
    folder_of(config).entries.unlink()

    assert worse(config) == [("hooks", CheckState.NOTE)]


LEARNED = [
    (learn_all.StepResults({}, ["spool: no space left"], spent=False), CheckState.PROBLEM, "last whole run: "),
    (learn_all.StepResults({}, [], spent=True), CheckState.NOTE, "the budget of 120 CPU s was spent"),
    (learn_all.StepResults({}, ["spool: no space left"], spent=True), CheckState.PROBLEM, "no space"),
]


@pytest.mark.parametrize(("ran", "state", "words"), LEARNED, ids=["failed", "spent", "both"])
def test_how_the_last_run_ended_is_told(
    config: Config, monkeypatch: pytest.MonkeyPatch, ran: learn_all.StepResults, state: CheckState, words: str
) -> None:
    """A spent budget is no fault; anything else is."""
    learn_all.learn(config)
    monkeypatch.setattr(learn_all, "run_steps", lambda *_: ran)
    learn_all.learn(config)
    (check,) = [check for check in checks(config) if check.name == "learn"]

    assert check.state is state
    assert words in check.words


def test_a_spool_that_grows_is_told(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much of it means that `learn` does not run."""
    (config.home / "spool" / "s1.jsonl").write_text("x" * 1500)
    assert [check.words for check in checks(config) if check.name == "spool"] == ["1.5 KB wait to be read"]
    monkeypatch.setattr(hook_install, "LARGE_SPOOL", 1000)
    assert worse(config) == [("spool", CheckState.NOTE)]


def test_ages_are_never_negative(config: Config) -> None:
    """A clock may go back."""
    learn_all.learn(config)
    past = datetime.now(UTC) - timedelta(days=1)

    assert any("0.0 h ago" in check.words for check in hook_install.check_hooks(config, past))
