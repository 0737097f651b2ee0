"""Settings of git and shells as lines."""

import pytest

from twiceshy.insights.remedy.setting_lines import is_set_in, name_start_file
from twiceshy.records.insights import SettingChange

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
