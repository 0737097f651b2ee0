"""Learned limits of a command, for who is about to run it: each with its evidence."""

from pathlib import Path
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.facts.durations import shown
from twiceshy.facts.run_keys import command_key, place_key
from twiceshy.run.shape import words_in
from twiceshy.store.limits_lookup import look_up, salt_of

KINDS = {
    "timeout_s": "--timeout", "idle_timeout_s": "--idle-timeout", "first_output_timeout_s": "--first-output-timeout",
    "delay_exit_s": "--delay-exit",
}  # fmt: skip
"""Kinds of limits, and the options of ``twiceshy run`` that set them."""
USUAL = "usual_s"


class Suggested(NamedTuple):
    """One limit."""

    kind: str
    seconds: float
    option: str
    evidence: str


class Limits(NamedTuple):
    """What is known of a command."""

    command: str
    """The words by which its runs are known again."""
    usual_s: float | None
    usual: str
    """The evidence for it."""
    limits: tuple[Suggested, ...]


def suggest_limits(config: Config, command: str, folder: Path) -> Limits:
    """What its past runs teach, here first and else anywhere; nothing while too few are known."""
    words = words_in(command) or " ".join(command.split())
    home = str(config.home)
    salt = salt_of(home)
    keys = [place_key(words, str(folder), salt), command_key(words, salt)] if salt and words else []
    found = []
    for kind, option in KINDS.items():
        if keys and (known := look_up(home, keys, kind)) is not None:
            found.append(
                Suggested(kind, known[0], f"{option} {shown(known[0]).replace(' ', '').replace('.0s', 's')}", known[1])
            )
    usual = look_up(home, keys, USUAL) if keys else None
    return Limits(words, usual[0] if usual else None, usual[1] if usual else "", tuple(found))
