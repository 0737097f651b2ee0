"""The one way to start git: nothing that a repository's settings name is run.

A setting of a repository can name a program for nearly everything: a filter that git asks what a file holds, a file
watcher, a hook, a diff driver, a pager, a checker of signatures, a way to a server. Which ones git would run depends on
the command. So a command that is not in ``COMMANDS`` is refused, each command gets the words that keep git from
drivers, and what a setting can override is overridden. Filters have names of their own: before a command that looks at
files of the work tree, git is asked for the names of all settings, and those that name a program get an empty value.

A file that only its filter understands is then compared as it lies: ``logs/git_lines.py`` says what that means.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Final

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.toolbox import find_program

_NO_DRIVER: Final = ("--no-ext-diff", "--no-textconv")
_NO_MODULE: Final = "--ignore-submodules=all"  # git would start a git of its own in each, with its settings
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "blame": ("--no-textconv",),
    "cat-file": (),
    "check-attr": (),
    "config": (),
    "diff": (*_NO_DRIVER, _NO_MODULE),
    "diff-tree": _NO_DRIVER,
    "for-each-ref": (),
    "grep": ("--no-textconv",),
    "log": (*_NO_DRIVER, "--no-show-signature"),
    "ls-files": (),
    "ls-tree": (),
    "merge-base": (),
    "remote": (),
    "rev-list": (),
    "rev-parse": (),
    "show-ref": (),
    "status": (_NO_MODULE,),
    "symbolic-ref": (),
}
"""What is asked of a repository that somebody else made, each with the words that keep it from running anything."""
_LOOK_AT_FILES: Final = frozenset({"blame", "diff", "status"})
"""They may read files of the work tree through a filter."""
_ASK_FOR_SETTINGS: Final = frozenset({"config", "rev-parse"})
"""They run nothing, and must say what stands there, such as where a repository keeps its hooks."""
QUIET: Final = (
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",  # an empty one would run its argument
    "core.askPass=",
    "core.sshCommand=false",
    "credential.helper=",
    "diff.external=",
    "diff.submodule=short",
    "gc.auto=0",
    "log.showSignature=false",
    "maintenance.auto=false",
    "submodule.recurse=false",
)
"""Settings for every call, our own repository's included."""
NO_HOOKS: Final = "core.hooksPath=/dev/null"
_NAMES_PROGRAM: Final = re.compile(
    r"filter\..*\.(?:clean|smudge|process)|merge\..*\.driver|trailer\..*\.(?:cmd|command)|hook\..*\.command"
    r"|credential\..*\.helper|gpg\.(?:.*\.)?program|gpg\.ssh\.defaultkeycommand|interactive\.difffilter",
    re.DOTALL,
)
"""Settings whose names are not known beforehand; all of them do nothing where they are empty."""
_NEEDS_FILTER: Final = re.compile(r"filter\..*\.required", re.DOTALL)
_MOST_NAMES: Final = 2_000
"""Settings that name a program: more do not fit into an environment (guess, 2026-11-24: git-lfs has 3)."""


def start_git(
    words: Sequence[str],
    *,
    settings: Iterable[str],
    environment: Mapping[str, str],
    stdin: IO[bytes] | int | None,
    stderr: IO[bytes] | int,
    before: Sequence[str] = (),
    bufsize: int = -1,
) -> "subprocess.Popen[bytes]":
    """Start git with these words; ``before`` stands before them, as ``-C FOLDER`` does. Its output is a pipe.

    Raises:
        ToolMissing: there is no git.
    """
    git = find_program("git", os.environ.get("PATH", os.defpath))
    if git is None:
        raise ToolMissing("git cannot be run: no folder of the PATH has it; install it")
    given = [part for one in settings for part in ("-c", one)]
    try:
        return subprocess.Popen(  # noqa: S603  # literal program, no shell
            [git, "--no-pager", *before, *given, *words],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=dict(environment),
            bufsize=bufsize,
        )
    except OSError as error:
        raise ToolMissing(f"git cannot be run ({error.strerror}); install it or put it on PATH") from error


def guard_words(words: Sequence[str]) -> list[str]:
    """Return the words of a command on somebody else's repository with those that keep it harmless.

    >>> guard_words(["diff", "--cached"])
    ['diff', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all', '--cached']

    Raises:
        ValueError: the command is not one of ``COMMANDS``, or asks for what they switch off.
    """
    command, *rest = words
    options = rest[: rest.index("--")] if "--" in rest else rest
    if command not in COMMANDS or {"--textconv", "--ext-diff", "--filters", "--show-signature"} & set(options):
        raise ValueError(f"git {' '.join(words)[:80]} could run what a repository names")
    return [command, *COMMANDS[command], *rest]


def guard_settings(command: str) -> tuple[str, ...]:
    """Return the settings for a command on somebody else's repository."""
    return QUIET if command in _ASK_FOR_SETTINGS else (*QUIET, NO_HOOKS)


def looks_at_files(command: str) -> bool:
    """Tell whether a command may ask filters, so that their names have to be known."""
    return command in _LOOK_AT_FILES


def override_programs(names: Iterable[str]) -> dict[str, str]:
    """Return the variables that make each setting of these names that names a program empty.

    >>> override_programs(["filter.x.clean", "user.name"])["GIT_CONFIG_KEY_0"]
    'filter.x.clean'

    Raises:
        SourceError: there are too many.
    """
    empty = dict.fromkeys((name for name in names if _NAMES_PROGRAM.fullmatch(name)), "")
    given = {**empty, **dict.fromkeys((name for name in names if _NEEDS_FILTER.fullmatch(name)), "false")}
    if len(given) > _MOST_NAMES:
        raise SourceError(f"the settings of this repository name {len(given):,} programs; it is not asked")
    found = {"GIT_CONFIG_COUNT": str(len(given))}
    for place, (name, value) in enumerate(given.items()):
        found |= {f"GIT_CONFIG_KEY_{place}": name, f"GIT_CONFIG_VALUE_{place}": value}
    return found if given else {}
