"""How numbers and times are written on a page: the functions of the surface that asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from twiceshy.base.values import Rate
from twiceshy.screens.terminal import formats
from twiceshy.screens.terminal.draw_cost import dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """One function for each sort of value, as ``screens/terminal/formats.py`` has them."""

    number: Callable[[int], str]
    amount: Callable[[float], str]
    plural: Callable[[int, str], str]
    percent: Callable[[float], str]
    fine_percent: Callable[[float], str]
    """With the decimal that the terminal's headline has."""
    interval: Callable[[Rate], str]
    duration: Callable[[float], str]
    rough_duration: Callable[[float], str]
    day: Callable[[date], str]
    """Of a time in UTC or a day."""
    dollars: Callable[[float], str]


# How pages write numbers and times: as the terminal does.


def make_page_words() -> NumberWords:
    """Return the terminal's own functions."""
    return NumberWords(
        number=formats.number,
        amount=formats.amount,
        plural=formats.plural,
        percent=formats.percent,
        fine_percent=lambda share: formats.percent(share, 1),
        interval=lambda found: formats.interval(found, 0),
        duration=formats.duration,
        rough_duration=formats.rough_duration,
        day=_write_day,
        dollars=dollars,
    )


def _write_day(at: date) -> str:
    """Return the day, of a time in this machine's zone."""
    return formats.day(at.astimezone() if isinstance(at, datetime) else at)
