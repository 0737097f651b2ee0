"""Installing hooks and taking them back: nothing else in any file changes, and what cannot be done is told."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.archive import hook_files
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceChanged, StoreUnwritable, UsageError
from twiceshy.logs import hook_changes, settings_files
from twiceshy.logs.hook_changes import find_agents
from twiceshy.recipes.setup import hook_folder, hook_install
from twiceshy.recipes.setup.hook_install import HostEnvironment

SETTINGS = """\
{
\t// what I like
\t"model": "large", /* and
\tslow */
\t"unknown": {"deep": [1, 2,],},
\t"hooks": {
\t\t"PreToolUse": [
\t\t\t{"matcher": "Bash", "hooks": [{"type": "command", "command": "guard"}]}, // theirs
\t\t],
\t\t"Notification": []
\t}
}"""
FILES = [
    ("none", None),
    ("empty", b""),
    ("an empty object", b"{}\n"),
    ("comments, other tools' hooks, no last line end", SETTINGS.encode()),
    ("Windows' line ends and a mark", b"\xef\xbb\xbf" + SETTINGS.replace("\n", "\r\n").encode()),
    ("one dense line", b'{"hooks":{"Stop":[]},"a":1}'),
    ("bytes that are no text", b'{\n  "a": "\xff\xfe"\n}\n'),
]


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


@pytest.fixture
def place(scratch_home: Path) -> HostEnvironment:
    (scratch_home.parent / "home" / ".claude").mkdir()
    return HostEnvironment(dict(os.environ), scratch_home, scratch_home)


def the_file(place: HostEnvironment) -> Path:
    return Path(place.env["CLAUDE_CONFIG_DIR"]) / "settings.json"


def do_install(config: Config, place: HostEnvironment, *, project: bool = False) -> None:
    hook_install.install(config, hook_install.plan(config, place, project=project, agents=[]))


def do_remove(config: Config, place: HostEnvironment) -> None:
    hook_install.remove(config, hook_install.plan_removal(config, place))


@pytest.mark.parametrize("content", [row[1] for row in FILES], ids=[row[0] for row in FILES])
def test_remove_gives_back_the_very_bytes(config: Config, place: HostEnvironment, content: bytes | None) -> None:
    """Whatever stood in the file; and a second installation changes nothing."""
    path = the_file(place)
    if content is not None:
        path.write_bytes(content)
    do_install(config, place)
    first = path.read_bytes()
    do_install(config, place)

    assert path.read_bytes() == first != content
    do_remove(config, place)
    assert (path.read_bytes() if path.exists() else None) == content
    assert not hook_files.folder_of(config).path.exists()


def test_the_entries_call_the_script_that_was_installed(config: Config, place: HostEnvironment) -> None:
    """Every event, in exec form, by an interpreter that is there; the folder is closed to others."""
    do_install(config, place)

    hooks = json.loads(the_file(place).read_text())["hooks"]
    assert list(hooks) == [event for event, _ in hook_changes.AGENTS["claude-code"].events]
    handler = hooks["PreToolUse"][0]["hooks"][0]
    assert os.access(handler["command"], os.X_OK)
    assert handler["args"][:3] == ["-I", "-S", "-c"]
    assert handler["timeout"] == 5
    assert the_file(place).stat().st_mode & 0o777 == 0o600
    assert [path for path in config.home.rglob("*") if path.stat().st_mode & 0o077] == []


def test_the_interpreter_outlives_the_environment() -> None:
    """It is the one below the environment, so that removing that breaks no agent."""
    import sys  # noqa: PLC0415  # only here

    assert not Path(hook_folder.interpreter()).is_relative_to(sys.prefix) or sys.prefix == sys.base_prefix


def test_a_changed_file_loses_our_entries_alone(config: Config, place: HostEnvironment) -> None:
    """The user's change since, and every comment, stay."""
    path = the_file(place)
    path.write_text(SETTINGS)
    do_install(config, place)
    path.write_text(path.read_text().replace('"large",', '"small", "theme": "dark",'))
    do_remove(config, place)

    assert path.read_text() == SETTINGS.replace('"large",', '"small", "theme": "dark",')


def test_a_file_that_we_made_stays_when_something_was_added(config: Config, place: HostEnvironment) -> None:
    """And goes when nothing was."""
    do_install(config, place)
    value = json.loads(the_file(place).read_text())
    the_file(place).write_text(json.dumps(value | {"model": "large"}))
    do_remove(config, place)
    assert json.loads(the_file(place).read_text()) == {"model": "large"}

    the_file(place).unlink()
    do_install(config, place)
    the_file(place).write_text(json.dumps(value))
    do_remove(config, place)
    assert not the_file(place).exists()


def test_entries_are_found_without_what_was_remembered(config: Config, place: HostEnvironment) -> None:
    """A data folder that lost its memory still takes its entries out of the usual places."""
    the_file(place).write_text(SETTINGS)
    do_install(config, place)
    hook_files.folder_of(config).entries.unlink()
    do_remove(config, place)

    text = the_file(place).read_text()
    assert str(config.home) not in text
    assert "// what I like" in text


def test_an_older_entry_is_replaced(config: Config, place: HostEnvironment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another interpreter than then: one entry an event, and the way back still leads to the first bytes."""
    the_file(place).write_text(SETTINGS)
    with monkeypatch.context() as patch:
        patch.setattr(hook_folder, "interpreter", lambda: "/gone/python")
        do_install(config, place)
    assert "/gone/python" in the_file(place).read_text()
    do_install(config, place)

    assert "/gone/python" not in the_file(place).read_text()
    assert the_file(place).read_text().count('"PostToolUse"') == 2  # the key, and the argument
    do_remove(config, place)
    assert the_file(place).read_text() == SETTINGS


def test_links_and_rights_stay(config: Config, place: HostEnvironment, tmp_path: Path) -> None:
    """Settings that lie in a folder of dot files stay there, with their rights."""
    real = tmp_path / "dotfiles.json"
    real.write_text(SETTINGS)
    real.chmod(0o640)
    the_file(place).symlink_to(real)
    do_install(config, place)

    assert the_file(place).is_symlink()
    assert "hook" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
    do_remove(config, place)
    assert real.read_text() == SETTINGS


def read_only(path: Path) -> None:
    path.write_text(SETTINGS)
    path.chmod(0o444)


REFUSED = [
    ("read-only", read_only, "it is read-only"),
    ("no JSON", lambda path: path.write_text("{nope"), "line 1 cannot be read"),
    ("hooks of another form", lambda path: path.write_text('{"hooks": []}'), 'its "hooks" is no object'),
    ("a folder", lambda path: path.mkdir(), "it is no file"),
    ("a link to nowhere", lambda path: path.symlink_to(path.parent / "nowhere"), "it is a link to a file that is"),
]


@pytest.mark.parametrize(("make", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_edited_is_left_alone(config: Config, place: HostEnvironment, make: object, reason: str) -> None:
    """With the reason and the text to put in by hand."""
    make(the_file(place))  # type: ignore[operator]  # a function of the rows above
    before = os.lstat(the_file(place)).st_mtime_ns

    plan = hook_install.plan(config, place, project=False, agents=[])

    (refusal,) = plan.refusals
    assert refusal.reason.startswith(reason)
    assert "PreToolUse" in json.loads(refusal.paste)["hooks"]
    assert plan.changes == []
    assert os.lstat(the_file(place)).st_mtime_ns == before


def test_a_refused_removal_keeps_the_hooks_working(config: Config, place: HostEnvironment) -> None:
    """As long as entries stand in a file, what they call stays too."""
    do_install(config, place)
    the_file(place).chmod(0o444)
    plan = hook_install.plan_removal(config, place)
    assert [refusal.reason for refusal in plan.refusals] == ["it is read-only"]
    hook_install.remove(config, plan)
    assert hook_files.folder_of(config).script.exists()

    the_file(place).chmod(0o644)
    do_remove(config, place)
    assert not hook_files.folder_of(config).path.exists()


def test_a_file_that_was_damaged_since_is_left_alone(config: Config, place: HostEnvironment) -> None:
    """Its user is told what to delete; the hooks go on working until then."""
    do_install(config, place)
    damaged = the_file(place).read_text() + "}"
    the_file(place).write_text(damaged)
    plan = hook_install.plan_removal(config, place)
    hook_install.remove(config, plan)

    (refusal,) = plan.refusals
    assert "delete the entries that name" in refusal.reason
    assert the_file(place).read_text() == damaged
    assert hook_files.folder_of(config).script.exists()


def test_a_file_changed_meanwhile_is_not_overwritten(config: Config, place: HostEnvironment) -> None:
    """An agent may write its settings while the user reads the diff."""
    plan = hook_install.plan(config, place, project=False, agents=[])
    the_file(place).write_text("{}")

    with pytest.raises(SourceChanged, match="changed by somebody else"):
        hook_install.install(config, plan)
    assert the_file(place).read_text() == "{}"


def test_a_projects_hooks_stay_on_this_machine(config: Config, place: HostEnvironment, scratch_home: Path) -> None:
    """They go into the file that is not for the repository, at its top; a folder made for them goes with them."""
    root = scratch_home / "shop"
    (root / ".git").mkdir(parents=True)
    (root / "src").mkdir()
    inner = place._replace(cwd=root / "src")
    do_install(config, inner, project=True)

    assert (root / ".claude" / "settings.local.json").exists()
    assert not the_file(place).exists()
    do_remove(config, inner)
    assert sorted(path.name for path in root.iterdir()) == [".git", "src"]


def test_only_agents_that_are_here_get_hooks(config: Config, place: HostEnvironment, scratch_home: Path) -> None:
    """By their folder; another one may be named, one that nobody knows may not."""
    assert find_agents(place) == ["claude-code"]
    plan = hook_install.plan(config, place, project=False, agents=["codex"])
    assert [change.path.name for change in plan.changes] == ["hooks.json"]
    assert "trusted" in plan.changes[0].notes[0]
    with pytest.raises(UsageError, match="'emacs'"):
        hook_install.plan(config, place, project=False, agents=["emacs"])


def test_switched_off_hooks_are_told(config: Config, place: HostEnvironment) -> None:
    """Installing would look as if it worked."""
    the_file(place).write_text('{"disableAllHooks": true}')

    (change,) = hook_install.plan(config, place, project=False, agents=[]).changes
    assert "disableAllHooks" in change.notes[0]


def test_purge_takes_only_what_is_ours(config: Config, place: HostEnvironment) -> None:
    """A file that somebody put into the data folder stays, and is named."""
    do_install(config, place)
    do_remove(config, place)
    (config.home / "notes.txt").write_text("mine")
    assert [path.name for path in hook_install.purge(config)] == ["notes.txt"]
    assert [path.name for path in config.home.iterdir()] == ["notes.txt"]
    (config.home / "notes.txt").unlink()
    assert hook_install.purge(config) == []
    assert not config.home.exists()
    with pytest.raises(NotFound):
        hook_install.purge(config)


def test_a_diff_says_where_a_last_line_end_is_missing(config: Config, place: HostEnvironment) -> None:
    """As git's does."""
    the_file(place).write_text('{\n  "a": 1\n}')
    (change,) = hook_install.plan(config, place, project=False, agents=[]).changes

    assert '-  "a": 1\n+  "a": 1,\n' in hook_install.render_diff(change)
    assert hook_install.render_diff(change).endswith("\\ No newline at end of file\n")


def test_a_plugin_has_the_same_hooks(config: Config, place: HostEnvironment, tmp_path: Path) -> None:
    """Built from the same table; a folder with something else in it is left alone."""
    target = tmp_path / "plugin"
    written = hook_install.write_plugin(config, target)
    hook_install.write_plugin(config, target)

    assert [path.relative_to(target).as_posix() for path in written] == [
        ".claude-plugin/plugin.json",
        "hooks/hooks.json",
    ]
    hooks = json.loads(written[1].read_text())["hooks"]
    do_install(config, place)
    assert hooks == json.loads(the_file(place).read_text())["hooks"]
    with pytest.raises(UsageError, match="not empty"):
        hook_install.write_plugin(config, config.home)
    with pytest.raises(StoreUnwritable):
        hook_install.write_plugin(config, the_file(place) / "below")


def test_a_data_folder_that_cannot_be_written_changes_no_agent(config: Config, place: HostEnvironment) -> None:
    """The folder comes first, the settings after."""
    plan = hook_install.plan(config, place, project=False, agents=[])
    config.home.mkdir()
    (config.home / "hooks").write_text("in the way")

    with pytest.raises(StoreUnwritable):
        hook_install.install(config, plan)
    assert not the_file(place).exists()


def test_a_folder_that_takes_no_new_file_still_gets_its_file_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place then, since nothing can be renamed there."""
    path = tmp_path / "settings.json"
    path.write_text("before, and longer")
    real_open = os.open

    def refuse(name: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_EXCL:
            raise PermissionError(13, "no")
        return real_open(name, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    settings_files.write(path, "before, and longer", "after")
    assert path.read_text() == "after"


EVENTS = sorted(hook_folder.EXAMPLES)


@pytest.mark.parametrize("event", EVENTS)
def test_an_installed_hook_can_be_tried(config: Config, place: HostEnvironment, event: str) -> None:
    """With an example of each event that we install; nothing of the example stays."""
    do_install(config, place)
    tried = hook_folder.simulate(config, event)

    assert tried.works
    assert tried.failures == []
    assert json.loads(tried.written)["e"] == event
    assert list((config.home / "spool").iterdir()) == []


def test_what_cannot_be_tried_is_told(config: Config, place: HostEnvironment) -> None:
    """An event that nobody knows, no installation, an interpreter that is gone."""
    with pytest.raises(NotFound, match="no example"):
        hook_folder.simulate(config, "Dream")
    with pytest.raises(NotFound, match="no hooks are installed"):
        hook_folder.simulate(config, "Stop")
    do_install(config, place)
    hook_files.write_atomically(hook_files.folder_of(config).settings, b"interpreter=/gone/python\n")
    tried = hook_folder.simulate(config, "Stop")
    assert not tried.works
    assert tried.exit_code is None
    assert "/gone/python" in tried.output


def test_every_event_that_we_install_has_an_example() -> None:
    """So that each can be tried."""
    wanted = {agent.words.get(event, event) for agent in hook_changes.AGENTS.values() for event, _ in agent.events}

    assert wanted == set(hook_folder.EXAMPLES)


def test_a_damaged_memory_is_no_memory(config: Config, place: HostEnvironment) -> None:
    """Half-written, or of another form."""
    do_install(config, place)
    folder = hook_files.folder_of(config)
    assert hook_files.read_entries(folder)[0].created
    for text in ("", "[", "{}", '[{"path": "x"}]', "[1]"):
        folder.entries.write_text(text)
        assert hook_files.read_entries(folder) == []
    assert hook_files.read_entries(hook_files.folder_of(replace(config, home=Path("/nowhere")))) == []
