"""Settings: which place wins, and that every mistake is named with its file and key."""

import os
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from twiceshy.base import config as settings
from twiceshy.base import config_file, setting_values
from twiceshy.base.config import DEFAULTS, SETTINGS, Config, load
from twiceshy.base.errors import ConfigError


def user_file(home: Path, text: str) -> Path:
    path = home / ".config" / "twiceshy" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def project_file(home: Path, text: str) -> Path:
    path = home / "work" / ".twiceshy" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(place: Path, /, env: dict[str, str] | None = None, **flags: str) -> Config:
    inner = place / "work" / "src"
    inner.mkdir(parents=True, exist_ok=True)
    places = {"XDG_CONFIG_HOME": str(place / ".config"), "XDG_DATA_HOME": str(place / "share")}
    return load({key.replace("_", "."): text for key, text in flags.items()}, places | (env or {}), inner)


def test_every_key_has_a_value_and_an_origin_without_any_file(scratch_home: Path) -> None:
    """With nothing set, all is default, and the data folder is the platform's."""
    config = loaded(scratch_home)

    assert dict.fromkeys(SETTINGS, "default") == config.origins
    assert {key: value for key, value in DEFAULTS.items() if key != "home"} == {
        key: config.value(key) for key in SETTINGS if key != "home"
    }
    assert config.home.name == "twiceshy"


def test_later_places_win(scratch_home: Path) -> None:
    """User file, project file, environment, flag: each overrides the one before, and is remembered."""
    user = user_file(scratch_home, '[report]\nsince = "1y"\n[ingest]\nprocesses = 3\n')
    assert ("1y", str(user)) == at(loaded(scratch_home), "report.since")

    project = project_file(scratch_home, '[report]\nsince = "30d"\n')
    assert ("30d", str(project)) == at(loaded(scratch_home), "report.since")

    env = {"TWICESHY_REPORT_SINCE": "4w"}
    assert at(loaded(scratch_home, env), "report.since") == ("4w", "TWICESHY_REPORT_SINCE")

    assert at(loaded(scratch_home, env, report_since="2d"), "report.since") == ("2d", "--report-since")
    assert (3, str(user)) == at(loaded(scratch_home), "ingest.processes")


def at(config: Config, key: str) -> tuple[object, str]:
    return config.value(key), config.origins[key]


WRONG_IN_A_FILE = [
    ("privacy.lvl", '[privacy]\nlvl = "strict"', "unknown key 'privacy.lvl'; did you mean 'privacy.level'?"),
    ("nothing like it", "zzz = 1", "unknown key 'zzz'; known are: home, enabled"),
    (
        "a value outside the list",
        '[privacy]\nlevel = "none"',
        "privacy.level cannot be 'none'; allowed: \"standard\" or",
    ),
    (
        "text for a number",
        '[ingest]\nprocesses = "4"',
        "ingest.processes cannot be '4'; allowed: a whole number from 0 to 36500",
    ),
    ("true for a number", "[ingest]\nprocesses = true", "ingest.processes cannot be True"),
    ("a number too small", "[memory]\nretention_days = 0", "allowed: a whole number from 1 to 36500"),
    ("a number too large", "[memory]\nretention_days = 999999999999", "allowed: a whole number from 1 to 36500"),
    ("more than all", "[advice]\nheld_back_percent = 101", "allowed: a whole number from 0 to 100"),
    ("text for a list", '[ingest]\nagents = "codex"', "allowed: a list of names"),
    ("a number for a flag", "enabled = 1", "enabled cannot be 1; allowed: true or false"),
    ("a relative folder", 'home = "data"', "home cannot be 'data'; allowed: an absolute path"),
    ("a number for a folder", "home = 3", "allowed: an absolute path"),
    ("a time nobody understands", '[report]\nsince = "soon"', "report.since cannot be 'soon'; allowed: '36h'"),
    ("broken TOML", "= 3", "is not valid TOML"),
]


@pytest.mark.parametrize(
    ("text", "message"), [row[1:] for row in WRONG_IN_A_FILE], ids=[row[0] for row in WRONG_IN_A_FILE]
)
def test_a_mistake_in_a_file_is_named(scratch_home: Path, text: str, message: str) -> None:
    """The message has the file, the key and what is allowed."""
    path = user_file(scratch_home, text)

    with pytest.raises(ConfigError) as caught:
        loaded(scratch_home)

    assert str(path) in str(caught.value)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_no_text_is_named(scratch_home: Path) -> None:
    """Bytes that are not UTF-8 are an error with the file's name, not a traceback."""
    path = user_file(scratch_home, "")
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="cannot be read"):
        loaded(scratch_home)


FROM_THE_ENVIRONMENT = [
    ("TWICESHY_ENABLED", "0", False),
    ("TWICESHY_ENABLED", "Off", False),
    ("TWICESHY_ENABLED", "yes", True),
    ("TWICESHY_INGEST_AGENTS", "codex, claude-code", ("codex", "claude-code")),
    ("TWICESHY_INGEST_AGENTS", "all", ()),
    ("TWICESHY_INGEST_PROCESSES", " 2 ", 2),
    ("TWICESHY_TELEMETRY_LEVEL", "none", "none"),
]


@pytest.mark.parametrize(("name", "text", "value"), FROM_THE_ENVIRONMENT, ids=str)
def test_a_variable_is_read_with_its_keys_type(scratch_home: Path, name: str, text: str, value: object) -> None:
    """Texts of the environment become flags, numbers and lists."""
    config = loaded(scratch_home, {name: text})

    assert [value] == [config.value(key) for key in SETTINGS if settings.variable_of(key) == name]


@pytest.mark.parametrize(
    ("name", "text"),
    [("TWICESHY_ENABLED", "perhaps"), ("TWICESHY_INGEST_PROCESSES", "-1"), ("TWICESHY_PRIVACY_LEVEL", "off")],
)
def test_a_wrong_variable_is_named(scratch_home: Path, name: str, text: str) -> None:
    """The message has the variable's name and the text."""
    with pytest.raises(ConfigError, match=f"{name}: .* cannot be '{text}'; allowed: "):
        loaded(scratch_home, {name: text})


def test_an_empty_variable_is_not_set(scratch_home: Path) -> None:
    """``TWICESHY_HOME=`` means the default, not the working folder."""
    assert loaded(scratch_home).home == loaded(scratch_home, {"TWICESHY_HOME": ""}).home


def test_a_relative_data_folder_on_the_command_line_is_taken_from_the_working_folder(scratch_home: Path) -> None:
    """``--home data`` is the folder a shell would mean."""
    assert scratch_home / "work" / "src" / "data" == loaded(scratch_home, home="data").home


NOT_FOR_A_PROJECT = [
    ("its own data folder", 'home = "/elsewhere"', "", "home is not for a project to set"),
    ("shorter memory", "[memory]\nretention_days = 1", "", "memory.retention_days is not for a project to set"),
    ("looser redaction", '[privacy]\nlevel = "standard"', '[privacy]\nlevel = "strict"', 'looser than "strict"'),
    ("collecting again", "enabled = true", "enabled = false", "enabled = true is looser than false"),
    ("more telemetry", '[telemetry]\nlevel = "full"', "", 'looser than "anonymous"'),
]


@pytest.mark.parametrize(
    ("project", "user", "message"), [row[1:] for row in NOT_FOR_A_PROJECT], ids=[row[0] for row in NOT_FOR_A_PROJECT]
)
def test_a_project_cannot_loosen_what_the_user_has(scratch_home: Path, project: str, user: str, message: str) -> None:
    """A repository from a stranger cannot move, loosen or shorten anything; the message says what to do."""
    user_file(scratch_home, user)
    path = project_file(scratch_home, project)

    with pytest.raises(ConfigError) as caught:
        loaded(scratch_home)

    assert str(path) in str(caught.value)
    assert message in str(caught.value)


NO_FILE = [
    ("a pipe", os.mkfifo, "no regular file"),
    ("its reader's own output", lambda path: path.symlink_to("/proc/self/fd/1"), "cannot be read"),
    ("a device", lambda path: path.symlink_to("/dev/zero"), "no regular file"),
    ("somebody else's settings", lambda path: path.symlink_to(path.parents[2] / "other.toml"), "leads out"),
    ("what is too long for settings", lambda path: path.write_text("#" * 70_000), "larger than"),
]


@pytest.mark.parametrize(("make", "said"), [row[1:] for row in NO_FILE], ids=[row[0] for row in NO_FILE])
def test_a_projects_file_that_is_none_is_named(scratch_home: Path, make: Callable[[Path], object], said: str) -> None:
    """It is neither waited for nor passed over: what it says may be that nothing is to be collected."""
    path = project_file(scratch_home, "")
    path.unlink()
    (scratch_home / "other.toml").write_text("enabled = false")
    make(path)

    with pytest.raises(ConfigError, match=said) as caught:
        loaded(scratch_home)

    assert str(path) in str(caught.value)


def test_a_persons_own_file_may_be_a_link(scratch_home: Path) -> None:
    """Many keep their settings in a folder of their own."""
    path = user_file(scratch_home, "")
    path.rename(scratch_home / "dotfile")
    (scratch_home / "dotfile").write_text("enabled = false")
    path.symlink_to(scratch_home / "dotfile")

    assert not loaded(scratch_home).enabled


def test_an_error_repeats_little_of_a_foreign_file(scratch_home: Path) -> None:
    """60 KB of it would fill the terminal."""
    for text in (f"{'k' * 60_000} = 1", f"[report]\nsince = '{'x' * 60_000}'"):
        project_file(scratch_home, text)
        with pytest.raises(ConfigError) as caught:
            loaded(scratch_home)
        assert len(str(caught.value)) < 2_000


PROJECT_MAY = {
    "enabled": "only false",
    "privacy.level": "only stricter",
    "telemetry.level": "only stricter",
    "report.since": "any value",
    "lessons.enabled": "only false",
    "advice.enabled": "only false",
    "brief.enabled": "only false",
    "memory.keep": "only stricter",
    "share.prompts": "only stricter",
    "share.bodies": "only stricter",
    "telemetry.backend": "only local",
}
"""Every setting that a project's file may set: the table in PRIVACY.md."""


def list_tries(key: str) -> list[str]:
    """Return each value that the key could be given in a file, other than its default."""
    setting, default = SETTINGS[key], DEFAULTS[key]
    if setting.allowed:
        return [setting_values.render_value(value) for value in setting.allowed]
    if isinstance(default, Path):
        return ['"/tmp/elsewhere"', '""']
    return {int: ["0", "1", "99999999"], tuple: ['["codex"]', "[]"], str: ['"30d"', '"1y"', '""']}[type(default)]


@pytest.mark.parametrize("key", SETTINGS)
def test_only_the_settings_of_the_table_can_come_from_a_project(scratch_home: Path, key: str) -> None:
    """Whatever value it tries, for every setting that there is; and a key of no setting is an error."""
    section, _, name = key.rpartition(".")
    before = {one: loaded(scratch_home).value(one) for one in SETTINGS}
    changed = set()
    for text in list_tries(key):
        project_file(scratch_home, f"[{section}]\n{name} = {text}\n" if section else f"{name} = {text}\n")
        try:
            after = loaded(scratch_home)
        except ConfigError:
            continue
        assert {one for one in SETTINGS if after.value(one) != before[one]} <= {key}
        changed |= {text} if after.value(key) != before[key] else set()

    allowed, default = SETTINGS[key].allowed, DEFAULTS[key]
    stricter = (
        {setting_values.render_value(value) for value in allowed[allowed.index(default) + 1 :]} if allowed else set()
    )
    expected = {"any value": {'"30d"', '"1y"'}, "only false": {"false"}, "only stricter": stricter}
    assert changed == expected.get(PROJECT_MAY.get(key, ""), set())


def test_the_table_of_a_projects_settings_is_in_the_privacy_page() -> None:
    """Row by row, in the same words."""
    page = (Path(__file__).parents[1] / "PRIVACY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z._]+)` \| (only false|only stricter|only local|any value) \|", page, re.MULTILINE)

    assert dict(rows) == PROJECT_MAY


def test_a_project_can_be_stricter(scratch_home: Path) -> None:
    """What is stricter, or as strict, is taken from the project."""
    project_file(scratch_home, 'enabled = false\n[privacy]\nlevel = "strict"\n[telemetry]\nlevel = "anonymous"\n')

    config = loaded(scratch_home)

    assert (config.enabled, config.privacy_level, config.telemetry_level) == (False, "strict", "anonymous")


def test_writing_keeps_what_else_is_in_the_file(scratch_home: Path) -> None:
    """Comments, order and other keys stay; a new section or a new top key goes where TOML reads it back."""
    path = user_file(scratch_home, '# mine\n[privacy]\nlevel = "standard" # for now\n')

    config_file.write(path, "privacy.level", "strict", scratch_home)
    config_file.write(path, "ingest.agents", "codex", scratch_home)
    config_file.write(path, "enabled", "off", scratch_home)

    text = path.read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert 'level = "strict" # for now' in text
    assert settings.read_file(path) == {"privacy.level": "strict", "ingest.agents": ["codex"], "enabled": False}
    assert [found.name for found in path.parent.iterdir()] == ["config.toml"]


def test_a_wrong_value_is_not_written(scratch_home: Path) -> None:
    """The file stays as it was."""
    path = user_file(scratch_home, "enabled = true\n")

    with pytest.raises(ConfigError, match="cannot be 'lax'"):
        config_file.write(path, "privacy.level", "lax", scratch_home)

    assert path.read_text(encoding="utf-8") == "enabled = true\n"


def test_a_place_that_cannot_be_written_is_an_error(scratch_home: Path) -> None:
    """A file where the folder should be is named."""
    (scratch_home / "file").write_text("")

    with pytest.raises(ConfigError, match="cannot be written"):
        config_file.write(scratch_home / "file" / "config.toml", "enabled", "1", scratch_home)


def test_every_field_is_a_key() -> None:
    """No setting without its words, and every key leads to its field."""
    named = {settings.field_name(key) for key in SETTINGS}

    assert {found.name for found in fields(Config)} - {"origins", "user_file", "project_file"} == named
    assert all(setting.doc.endswith(".") for setting in SETTINGS.values())


def test_processes_are_the_cores_up_to_four(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """0 means as many as there are, at most four; a number means that number."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)), raising=False)

    assert loaded(scratch_home).processes == 4
    assert loaded(scratch_home, {"TWICESHY_INGEST_PROCESSES": "7"}).processes == 7


def test_places_below_the_data_folder(scratch_home: Path) -> None:
    """Salt, caches and logs lie in the data folder, and nowhere else."""
    config = loaded(scratch_home)

    assert [config.home] * 3 == [config.salt.parent, config.cache.parent, config.logs.parent]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_platform_folders_end_in_our_name(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """On every platform the data and settings folders are a user's own, named twiceshy."""
    monkeypatch.setattr("sys.platform", platform)

    assert settings.user_data_folder({}).name == "twiceshy"
    assert settings.user_config_folder({}).name == "twiceshy"


def test_an_unknown_key_is_no_value(scratch_home: Path) -> None:
    """Asking for a key that does not exist names the nearest."""
    with pytest.raises(ConfigError, match=r"^unknown key 'enable'; did you mean 'enabled'\?"):
        loaded(scratch_home).value("enable")


def test_a_link_in_a_project_leads_no_setting_out_of_it(tmp_path: Path) -> None:
    """Neither a linked folder nor a linked file is written, and what stands there is not told."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "config.toml").write_text("# planted\n")
    for number, (link, target) in enumerate(
        ((".twiceshy", outside), (".twiceshy/config.toml", outside / "config.toml"))
    ):
        place = tmp_path / f"clone-{number}" / link
        place.parent.mkdir(parents=True)
        place.symlink_to(target)
        with pytest.raises(ConfigError, match="leads out of its project") as told:
            config_file.write(tmp_path / f"clone-{number}" / ".twiceshy" / "config.toml", "enabled", "no", tmp_path)

        assert "planted" not in str(told.value)
    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [("config.toml", "# planted\n")]
