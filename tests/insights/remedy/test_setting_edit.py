"""One setting in a JSON text: in and out, and never over its owner's value."""

import pytest

from twiceshy.insights.remedy.setting_edit import is_set_in, name_start_file, put_setting, take_setting
from twiceshy.records.insights import SettingChange
from twiceshy.stats.text.jsonc import NotJson, undo_insertions

TIMEOUT = SettingChange("an-agent", "env.BASH_DEFAULT_TIMEOUT_MS", "240000")
ALLOW = SettingChange("an-agent", "permissions.allow", "Bash(git status)")
IDLE = SettingChange("an-agent", "tools.shell.inactivityTimeout", "600")
TEXTS = [
    "",
    "\n",
    "{}",
    "{\n}\n",
    '{"env": {}}',
    '{"env": {"A": "1"}, "permissions": {"allow": ["Bash(ls)"], "deny": []}}',
    '{\r\n\t"a": 1, // mine\r\n}\r\n',
    '{\n  "permissions": {\n    "allow": [\n      "Bash(ls)",\n    ],\n  },\n}\n',
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("change", [TIMEOUT, ALLOW, IDLE], ids=lambda change: change.key)
def test_what_went_in_comes_out(text: str, change: SettingChange) -> None:
    """By its place, and by its key where the file was touched."""
    edited = put_setting(text, change)

    assert edited.text != text
    assert undo_insertions(edited.text, edited.insertions) == text
    left = take_setting(edited.text, change, edited.made)
    assert change.value not in left
    assert put_setting(edited.text, change).insertions == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"env": {"BASH_DEFAULT_TIMEOUT_MS": "1"}}', "already"),
        ('{"env": 1}', "no object"),
        ("[]", "no object"),
        ("{", "cannot be read"),
        ('{"a": 1, "a": 2}', "twice"),
    ],
)
def test_what_is_not_ours_is_not_changed(text: str, says: str) -> None:
    """A value, a form that is not known, a broken text."""
    with pytest.raises(NotJson, match=says):
        put_setting(text, TIMEOUT)


def test_a_list_that_is_none_is_left_alone() -> None:
    """It is its owner's."""
    with pytest.raises(NotJson, match="already"):
        put_setting('{"permissions": {"allow": "x"}}', ALLOW)


@pytest.mark.parametrize("text", ["", "{}", '{"env": {}}', '{"env": {"BASH_DEFAULT_TIMEOUT_MS": "1"}}'])
def test_what_does_not_stand_there_is_not_taken(text: str) -> None:
    """Nor another value."""
    assert take_setting(text, TIMEOUT, ["env"]) in {text, "{}"}


def test_the_right_types_are_written() -> None:
    """Variables are text, numbers are numbers."""
    assert put_setting("{}", TIMEOUT).text == '{\n  "env": {\n    "BASH_DEFAULT_TIMEOUT_MS": "240000"\n  }\n}'
    assert '"inactivityTimeout": 600' in put_setting("{}", IDLE).text


# Settings of git and shells as lines.

PUSH = SettingChange("git", "push.autoSetupRemote", "true")
PAGER = SettingChange("shell", "PAGER", "cat")


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        ("", PUSH, False),
        ("[pull]\n\tautoSetupRemote = true\n", PUSH, False),
        ('[push "x"]\n\tautoSetupRemote = true\n', PUSH, False),
        ("[push]\n\tdefault = simple\n[remote]\n\tautoSetupRemote = x\n", PUSH, False),
        ("[push] autoSetupRemote = true\n", PUSH, True),
        ("[Push]\n  AUTOSETUPREMOTE\n", PUSH, True),
        ("# export PAGER=less\n", PAGER, False),
        ("export GIT_PAGER=cat\n", PAGER, False),
        ("PAGER=less\n", PAGER, True),
        ("  export PAGER=less\n", PAGER, True),
    ],
)
def test_a_key_that_is_set_is_seen(text: str, change: SettingChange, *, expected: bool) -> None:
    """Whatever its value, in its own section."""
    assert is_set_in(text, change) is expected


@pytest.mark.parametrize(("shell", "name"), [("", ""), ("/bin/fish", ""), ("/bin/bash", ".bashrc"), ("zsh", ".zshrc")])
def test_a_shell_has_a_start_file(shell: str, name: str) -> None:
    """Of one that we cannot write for there is none."""
    assert name_start_file(shell) == name
