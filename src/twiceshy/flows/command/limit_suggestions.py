"""Suggest the learned limits of a command that is about to run, each with its evidence."""

from pathlib import Path
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.facts.keys.run_keys import command_key
from twiceshy.facts.stats.durations import format_duration
from twiceshy.run.command_shape import words_in
from twiceshy.run.learned_limits import key_of_line
from twiceshy.store.limits_lookup import look_up, read_salt

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


def suggest_limits(config: Config, command: str, folder: Path) -> CommandLimits:
    """Return what the command's past runs in this folder teach; from runs elsewhere only what is usual."""
    words = words_in(command) or " ".join(command.split())
    home = str(config.home)
    salt = read_salt(home)
    keys = [key_of_line(command, str(folder), salt), command_key(words, salt)] if salt and words else []
    found = []
    for kind, option in _KINDS.items():
        if keys and (known := look_up(home, keys[:1], kind)) is not None:
            found.append(
                LimitSuggestion(
                    kind,
                    known[0],
                    f"{option} {format_duration(known[0]).replace(' ', '').replace('.0s', 's')}",
                    known[1],
                )
            )
    usual = look_up(home, keys, _USUAL) if keys else None
    return CommandLimits(words, usual[0] if usual else None, usual[1] if usual else "", tuple(found))
