"""How numbers and times are written on a page: the functions of the surface that asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from twiceshy.base.values import Rate


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
