"""Suggest the learned limits of a command that is about to run, each with its evidence."""

from __future__ import annotations

import os
from typing import NamedTuple

from twiceshy.archive.limits_lookup import look_up, read_salt
from twiceshy.commands.keys.team_keys import command_key
from twiceshy.run.command_shape import words_in
from twiceshy.run.learned_limits import key_of_line
from twiceshy.run.recipes.team_limits import list_team_limits
from twiceshy.stats.durations import format_duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from twiceshy.base.config import Config
    from twiceshy.records.runs import RunPlan


_KINDS = {
    "timeout_s": "--timeout",
    "idle_timeout_s": "--idle-timeout",
    "first_output_timeout_s": "--first-output-timeout",
    "delay_exit_s": "--delay-exit",
}
"""Kinds of limits, and the options of ``twiceshy run`` that set them."""
_USUAL = "usual_s"


class LimitSuggestion(NamedTuple):
    """One suggested limit."""

    kind: str
    seconds: float
    option: str
    evidence: str


class CommandLimits(NamedTuple):
    """What is known of a command's duration."""

    command: str
    """The words by which its runs are known again."""
    usual_s: float | None
    usual: str
    """The evidence for it."""
    limits: tuple[LimitSuggestion, ...]


def _write_option(option: str, seconds: float) -> str:
    """Return an option as a person would write it."""
    return f"{option} {format_duration(seconds).replace(' ', '').replace('.0s', 's')}"


def suggest_limits(config: Config, command: str, folder: Path) -> CommandLimits:
    """Return what the command's past runs in this folder teach; from runs elsewhere only what is usual."""
    words = words_in(command) or " ".join(command.split())
    home = str(config.home)
    salt = read_salt(home)
    keys = [key_of_line(command, str(folder), salt), command_key(words, salt)] if salt and words else []
    found = [
        LimitSuggestion(kind, known[0], _write_option(option, known[0]), known[1])
        for kind, option in _KINDS.items()
        if keys and (known := look_up(home, keys[:1], kind)) is not None
    ]
    found += _list_told(config, words, {one.kind for one in found})
    usual = look_up(home, keys, _USUAL) if keys else None
    return CommandLimits(words, usual[0] if usual else None, usual[1] if usual else "", tuple(found))


def _list_told(config: Config, words: str, known: Collection[str]) -> Iterator[LimitSuggestion]:
    """Yield what a team's runs teach, of kinds of which the runs here teach nothing."""
    kinds = {option: kind for kind, option in _KINDS.items() if kind not in known}
    for one in list_team_limits(config, words):
        if one.option in kinds:
            yield LimitSuggestion(kinds[one.option], one.value_s, _write_option(one.option, one.value_s), one.reason)


# Look up what ``auto`` means for a command that is about to start: learned limits and patterns.
#
# Each look-up is on the command's start-up path.

_TIMES_USUAL = 2.0
"""Times of one's own usual runs below which a team's limit is none: this is another project, or a slower machine
(guess, 2026-11-23)."""
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})


def _home_of(plan: RunPlan) -> str:
    """Return the data folder; settings are not loaded where that can be avoided."""
    stated = plan.home or os.environ.get("TWICESHY_HOME", "")
    if stated:
        return os.path.abspath(os.path.expanduser(stated))  # noqa: PTH100, PTH111  # pathlib costs 5 ms
    from pathlib import Path  # noqa: PLC0415  # only where nobody says

    from twiceshy.base.config import load  # noqa: PLC0415
    from twiceshy.base.errors import ConfigError  # noqa: PLC0415

    try:
        return str(load({}, os.environ, Path.cwd()).home)
    except (ConfigError, OSError):
        return ""


def find_limit(plan: RunPlan, field: str) -> tuple[float, str] | None:
    """Return seconds and the evidence for them; None while too little is known."""
    from twiceshy.archive.limits_lookup import look_up, read_salt  # noqa: PLC0415
    from twiceshy.commands.keys.team_keys import command_folder_key  # noqa: PLC0415  # only with `auto`
    from twiceshy.run.outputs import find_kind, name_limit  # noqa: PLC0415

    home = _home_of(plan)
    salt = read_salt(home)
    if not plan.command or not salt:
        return None
    words = _words_of(plan.command)
    keys = [command_folder_key(words, _folder_of(plan.command), salt), command_key(words, salt)]
    name = name_limit(field, find_kind(plan))
    return look_up(home, keys, name) or _find_told(home, keys, words, name)


def _find_told(home: str, keys: list[bytes], words: str, name: str) -> tuple[float, str] | None:
    """Return what a team's runs teach; None where they do not, or where runs of one's own usually take longer."""
    from twiceshy.archive.limits_lookup import look_up  # noqa: PLC0415
    from twiceshy.run.recipes.team_limits import find_team_limit  # noqa: PLC0415  # only with `auto`

    told = find_team_limit(home, words, name)
    usual = look_up(home, keys, "usual_s") if told is not None else None
    return None if told is None or (usual is not None and usual[0] * _TIMES_USUAL > told[0]) else told


def find_patterns(plan: RunPlan) -> tuple[tuple[str, ...], str, str]:
    """Return patterns, their origin (learned, starting or none), and the evidence, or why there are none."""
    from twiceshy.archive.limits_lookup import look_up_patterns, read_salt  # noqa: PLC0415
    from twiceshy.commands.keys.team_keys import command_folder_key  # noqa: PLC0415  # only with `auto`
    from twiceshy.run.auto_values import choose_patterns  # noqa: PLC0415

    if not plan.command:
        return (), "none", "what comes through a pipe has no past"
    home = _home_of(plan)
    salt = read_salt(home)
    words = _words_of(plan.command)
    known = look_up_patterns(home, command_folder_key(words, _folder_of(plan.command), salt)) if salt else []
    return choose_patterns(words, known)


def _words_of(command: tuple[str, ...]) -> str:
    """Return the same as ``run.command_shape.words_of``, which is slow to load and needed for ``sh -c`` only."""
    if _runs_script(command):
        from twiceshy.run import command_shape  # noqa: PLC0415

        return command_shape.words_of(command)
    return " ".join(command)


def _folder_of(command: tuple[str, ...]) -> str:
    """Return where the command does its work: a script of ``sh -c`` may go elsewhere first."""
    here = os.getcwd()  # noqa: PTH109  # pathlib costs 5 ms
    if _runs_script(command):
        from twiceshy.run import command_shape  # noqa: PLC0415  # slow to load

        return command_shape.folder_of(command, here)
    return here


def _runs_script(command: tuple[str, ...]) -> bool:
    """Tell whether it is a shell with a line to run."""
    return len(command) == 3 and command[0].rpartition("/")[2] in _SHELLS
