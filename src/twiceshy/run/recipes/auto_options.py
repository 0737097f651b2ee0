"""Look up what ``auto`` means for a command that is about to start: learned limits and patterns.

Each look-up is on the command's start-up path.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.records.runs import RunPlan

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
    from twiceshy.commands.keys.run_keys import command_folder_key, command_key  # noqa: PLC0415  # only with `auto`
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
    from twiceshy.commands.keys.run_keys import command_folder_key  # noqa: PLC0415  # only with `auto`
    from twiceshy.run.auto_values import choose_patterns  # noqa: PLC0415

    if not plan.command:
        return (), "none", "what comes through a pipe has no past"
    home = _home_of(plan)
    salt = read_salt(home)
    words = _words_of(plan.command)
    known = look_up_patterns(home, command_folder_key(words, _folder_of(plan.command), salt)) if salt else []
    return choose_patterns(words, known)


def _words_of(command: tuple[str, ...]) -> str:
    """Return the same as ``run.shape.words_of``, which is slow to load and needed for ``sh -c`` only."""
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
