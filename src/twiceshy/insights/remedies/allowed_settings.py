"""Settings that may be proposed: a closed list of keys, each with the values that it may get.

A setting acts without anybody reading it again, so nothing gets in that is not here: limits of time, habits of git that
lose nothing, and what keeps a program from waiting for a key. An entry of an allow-list is one exact command that only
reads: no wildcard, nothing that writes, nothing that talks to a network, nothing that runs another program.
"""

import re
from typing import NamedTuple

from twiceshy.records.insights import SettingChange

ALLOW_LIST = "permissions.allow"
"""Key of an agent's list of commands that it runs without asking."""


class _AllowedSetting(NamedTuple):
    """A key, and the pattern of its values."""

    key: str
    value: re.Pattern[str]


_READS = (
    *("git status", "git status --short", "git status --porcelain", "git diff --stat", "git diff --name-only"),
    *("git log --oneline", "git branch --show-current", "git rev-parse HEAD", "git rev-parse --show-toplevel"),
    *("git stash list", "git worktree list", "git ls-files"),
    *("ls", "ls -a", "ls -l", "ls -la", "ls -al", "pwd", "date", "whoami", "uname -a", "nproc"),
    *("node --version", "npm --version", "python --version", "python3 --version", "go version", "cargo --version"),
    *("rustc --version", "ruby --version", "java -version", "git --version"),
)
"""Commands that only read, on this machine, and run nothing else, whatever the folder."""
_ENTRY = re.compile(rf"Bash\((?:{'|'.join(re.escape(one) for one in _READS)})\)")
_MILLISECONDS = re.compile(r"[1-9][0-9]{3,6}")
_SECONDS = re.compile(r"[1-9][0-9]{0,3}")
_SETTINGS = (
    _AllowedSetting("env.BASH_DEFAULT_TIMEOUT_MS", _MILLISECONDS),
    _AllowedSetting("env.BASH_MAX_TIMEOUT_MS", _MILLISECONDS),
    _AllowedSetting("env.MCP_TIMEOUT", _MILLISECONDS),
    _AllowedSetting("env.MCP_TOOL_TIMEOUT", _MILLISECONDS),
    _AllowedSetting(ALLOW_LIST, _ENTRY),
    _AllowedSetting("tools.shell.inactivityTimeout", _SECONDS),
    _AllowedSetting("push.autoSetupRemote", re.compile("true")),
    _AllowedSetting("pull.rebase", re.compile("true|false")),
    _AllowedSetting("pull.ff", re.compile("only")),
    _AllowedSetting("core.pager", re.compile("cat")),
    _AllowedSetting("rerere.enabled", re.compile("true")),
    _AllowedSetting("fetch.prune", re.compile("false")),
    _AllowedSetting("advice.detachedHead", re.compile("false")),
    _AllowedSetting("PAGER", re.compile("cat")),
    _AllowedSetting("GIT_PAGER", re.compile("cat")),
    _AllowedSetting("PYTHONUNBUFFERED", re.compile("1")),
    _AllowedSetting("GIT_TERMINAL_PROMPT", re.compile("0")),
    _AllowedSetting("CI", re.compile("1|true")),
)
_PACKAGE = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9._+-]{0,60}(?:/[A-Za-z0-9._-]{1,60})?")


def is_allowed_setting(change: SettingChange) -> bool:
    """Tell whether a setting may be proposed.

    >>> is_allowed_setting(SettingChange("an-agent", "permissions.allow", "Bash(git status)"))
    True
    >>> is_allowed_setting(SettingChange("an-agent", "permissions.allow", "Bash(git:*)"))
    False
    """
    return any(one.key == change.key and one.value.fullmatch(change.value) for one in _SETTINGS)


def is_package_name(package: str) -> bool:
    """Tell whether a text is a package's name and nothing more: no version, address, option or second word."""
    return _PACKAGE.fullmatch(package) is not None and ".." not in package
