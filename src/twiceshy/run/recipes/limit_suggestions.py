"""Suggest the learned limits of a command that is about to run, each with its evidence."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.limits_lookup import look_up, read_salt
from twiceshy.base.config import Config
from twiceshy.commands.keys.run_keys import command_key
from twiceshy.run.command_shape import words_in
from twiceshy.run.learned_limits import key_of_line
from twiceshy.run.recipes.team_limits import list_team_limits
from twiceshy.stats.durations import format_duration

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
