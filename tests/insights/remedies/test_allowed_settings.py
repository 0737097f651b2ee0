"""Settings that may be proposed; what must not get in first."""

import pytest

from twiceshy.insights.remedies.allowed_settings import is_allowed_setting, is_package_name
from twiceshy.records.insights import SettingChange

REFUSED = [
    ("permissions.allow", "Bash(git:*)"),
    ("permissions.allow", "Bash(git status *)"),
    ("permissions.allow", "Bash(git status; x)"),
    ("permissions.allow", "Bash(*)"),
    ("permissions.allow", "Bash(git push)"),
    ("permissions.allow", "Bash(git fetch)"),
    ("permissions.allow", "Bash(curl x)"),
    ("permissions.allow", "Bash(npm test)"),
    ("permissions.allow", "WebFetch"),
    ("permissions.allow", "Bash"),
    ("permissions.allow", "Edit"),
    ("permissions.allow", "Bash(git status)\nBash(x)"),
    ("permissions.defaultMode", "bypassPermissions"),
    ("env.BASH_DEFAULT_TIMEOUT_MS", "0"),
    ("env.BASH_DEFAULT_TIMEOUT_MS", "99999999"),
    ("env.BASH_DEFAULT_TIMEOUT_MS", "240000; x"),
    ("env.PATH", "."),
    ("env.LD_PRELOAD", "x"),
    ("core.hooksPath", "/dev/null"),
    ("core.pager", "less"),
    ("alias.push", "push --force"),
    ("http.sslVerify", "false"),
    ("pull.rebase", "merges"),
    ("fetch.prune", "true"),
    ("PAGER", "sh"),
    ("hooks", "x"),
]
ALLOWED = [
    ("permissions.allow", "Bash(git status)"),
    ("permissions.allow", "Bash(git log --oneline)"),
    ("env.BASH_DEFAULT_TIMEOUT_MS", "240000"),
    ("env.BASH_MAX_TIMEOUT_MS", "1200000"),
    ("push.autoSetupRemote", "true"),
    ("PAGER", "cat"),
]


@pytest.mark.parametrize(("key", "value"), REFUSED)
def test_what_is_not_listed_is_refused(key: str, value: str) -> None:
    """A wildcard, a write, a network, another key, another value."""
    assert not is_allowed_setting(SettingChange("an-agent", key, value))


@pytest.mark.parametrize(("key", "value"), ALLOWED)
def test_what_is_listed_is_allowed(key: str, value: str) -> None:
    """Exactly as it stands there."""
    assert is_allowed_setting(SettingChange("an-agent", key, value))


@pytest.mark.parametrize(
    "name", ["", "tox x", "--index-url", "git+https://x", "a;b", "../x", "a/../b", "tox==1", "a\n"]
)
def test_a_package_is_a_name_only(name: str) -> None:
    """Nothing that an installer would take for an option or an address."""
    assert not is_package_name(name)


@pytest.mark.parametrize("name", ["tox", "ripgrep", "@biomejs/biome", "python3-venv", "g++"])
def test_a_packages_name_is_known(name: str) -> None:
    """Of any registry."""
    assert is_package_name(name)
