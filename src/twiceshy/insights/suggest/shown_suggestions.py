"""Which id a number stands for: only in the list last shown to the same terminal."""

from collections.abc import Mapping
from datetime import datetime

from twiceshy.archive import shown_list
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError


def remember_shown(config: Config, terminal: str, numbers: Mapping[int, str], at: datetime) -> None:
    """Store what the numbers of a list mean that a terminal shows now; without a terminal nothing is stored."""
    if terminal:
        shown_list.remember(config.home, terminal, numbers, at)


def name_shown(config: Config, terminal: str, word: str, at: datetime) -> str:
    """Return the id that a word means: a number of the list last shown, else the word itself.

    Raises:
        UsageError: it is a number, and no list was shown here lately that has it.
    """
    if not (word.isascii() and word.isdigit()):
        return word
    shown = shown_list.recall(config.home, terminal, at) if terminal else {}
    found = shown.get(int(word[:9]))
    if found is None:
        reason = f"the last list had no {word}" if shown else "no list was shown to this terminal lately"
        raise UsageError(f"{reason}: run `twiceshy suggest` first, or give an id (i-… or p-…).")
    return found
