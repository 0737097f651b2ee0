"""Does a command wait on purpose, and does its name tell how long it takes?

Reads the text alone and runs nothing. What cannot be read counts as no waiting.
"""

import re
from functools import lru_cache
from math import inf

from twiceshy.commands.shell.command_heads import ShellPart
from twiceshy.commands.shell.task_calls import find_task
from twiceshy.commands.testlog.check_tools import find_tool

_BEGIN = r"(?:\A|[;&|\n({]|\bdo\b|\bthen\b|\belse\b)\s*"
_SLEEP = re.compile(_BEGIN + r"sleep\s+(\d{1,6}(?:\.\d{1,6})?)([smh]?)\b")
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_LOOP = re.compile(_BEGIN + r"(?:for|while|until)\b")
_WATCHES = re.compile(
    _BEGIN + r"(?:(?:timeout|gtimeout)\s+\S+\s+)?(?:gh run watch\b|gh pr checks\b[^;&|\n]*--watch\b"
    r"|glab ci (?:status|view)\b[^;&|\n]*--live\b|kubectl (?:wait|rollout status)\b|docker wait\b"
    r"|tail (?:-\w*[fF]|--follow)\b|watch\s)"
)
"""Programs that end when something else does (as their manuals say)."""
_WORDS = ("sleep", "watch", "wait", "tail ", "rollout", "--live")
"""One of them stands in each of the above: most commands are not looked at closer."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PARTS = re.compile(r"&&|\|\||;|\n")
_SILENT = frozenset({"cd", "pushd", "popd", "export", "set", "source", "."})
"""Commands that only prepare the shell."""
_OPEN_ENDED = frozenset(
    {
        "bash",
        "bun",
        "cargo",
        "deno",
        "docker",
        "for",
        "go",
        "make",
        "node",
        "npm",
        "perl",
        "php",
        "pip",
        "pnpm",
        "python",
    }
    | {"python3", "ruby", "sh", "timeout", "until", "uv", "while", "xargs", "yarn", "zsh"}
)
"""Programs and words of the shell that run whatever they are given (guess, 2026-11-25)."""


def find_sleep(command: str) -> float:
    """Return how many seconds a command line sleeps; infinity where it loops or watches until something happens.

    >>> find_sleep("sleep 30 && gh run view 7"), find_sleep("npm start & sleep 2m; curl localhost")
    (30.0, 120.0)
    >>> find_sleep("until test -f x; do sleep 5; done"), find_sleep("gh run watch 7"), find_sleep("echo 'sleep 9'")
    (inf, inf, 0.0)
    """
    if not any(word in command for word in _WORDS):
        return 0.0
    bare = _QUOTED.sub("''", command)
    if _WATCHES.search(bare):
        return inf
    found = sum((float(number) * _UNITS[unit] for number, unit in _SLEEP.findall(bare)), start=0.0)
    return inf if found and _LOOP.search(bare) else found


def has_several(command: str) -> bool:
    """Tell whether a command line runs several commands, one after the other.

    >>> has_several("cd web && npm test"), has_several("go fmt && go vet"), has_several("git commit -m 'a; b'")
    (False, True, False)
    """
    bare = _QUOTED.sub("''", command.partition("<<")[0])
    words = (part.split(maxsplit=1) for part in _PARTS.split(bare))
    return sum(1 for found in words if found and found[0] not in _SILENT) > 1


@lru_cache(maxsize=4096)
def is_open_ended(head: str) -> bool:
    """Tell whether what a command takes depends on what it is given: tests, builds, scripts, a project's own tasks.

    >>> is_open_ended("go test"), is_open_ended("npm run build"), is_open_ended("git status"), is_open_ended("gh api")
    (True, True, False, False)
    """
    if head.partition(" ")[0] in _OPEN_ENDED or find_task(head):
        return True
    return find_tool(ShellPart(head, "", 2, fails=False, words=head)) is not None
