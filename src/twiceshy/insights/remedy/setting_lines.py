"""Settings of git and of shells, as one line each that stands between our marks at the end of their file."""

import re
from pathlib import PurePath

from twiceshy.records.insights import SettingChange

GIT, SHELL = "git", "shell"
_START_FILES = {"bash": ".bashrc", "zsh": ".zshrc"}
"""What each shell reads when a person or an agent starts it."""
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def phrase_setting(change: SettingChange) -> str:
    """Return the line of a setting; it was allowed before, so nothing in it needs quotes.

    >>> phrase_setting(SettingChange("git", "push.autoSetupRemote", "true"))
    '[push] autoSetupRemote = true'
    >>> phrase_setting(SettingChange("shell", "PAGER", "cat"))
    'export PAGER=cat'
    """
    if change.program == GIT:
        section, _, name = change.key.partition(".")
        return f"[{section}] {name} = {change.value}"
    return f"export {change.key}={change.value}"


def name_start_file(shell: str) -> str:
    """Return the start file of a shell, in its user's home; empty for one that we cannot write for.

    >>> name_start_file("/usr/bin/zsh"), name_start_file("/usr/bin/fish")
    ('.zshrc', '')
    """
    return _START_FILES.get(PurePath(shell).name, "")


def is_set_in(text: str, change: SettingChange) -> bool:
    r"""Tell whether a file sets that key already, to whatever value.

    >>> is_set_in("[push]\n\tautosetupremote = false\n", SettingChange("git", "push.autoSetupRemote", "true"))
    True
    """
    if change.program == SHELL:
        return re.search(rf"^\s*(?:export\s+)?{re.escape(change.key)}=", text, re.MULTILINE) is not None
    section, _, name = change.key.lower().partition(".")
    here = ""
    for line in text.lower().splitlines():
        found = re.match(r"\s*\[\s*([^\]]*?)\s*\]\s*(.*)", line)
        here, rest = (found[1], found[2]) if found else (here, line.strip())
        if here == section and re.match(rf"{re.escape(name)}\s*(?:=|$)", rest):
            return True
    return False
