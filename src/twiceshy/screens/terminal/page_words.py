"""How pages write numbers and times: as the terminal does."""

from datetime import date, datetime

from twiceshy.screens.number_words import NumberWords
from twiceshy.screens.terminal import formats
from twiceshy.screens.terminal.draw_cost import dollars


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
