"""The money as pictures without a script: boxes in boxes, days as a calendar, hours of the week as a map."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from twiceshy.records.spend import SpendBox, SpendPictures
from twiceshy.screens.number_words import NumberWords
from twiceshy.screens.spend_words import name_cause

_WIDTH, _ROW = 960, 34
"""Units of the boxes' picture: how wide it is, and how high a row (guess, 2026-11-25)."""
_LETTER = 7.0  # units of a letter (guess, 2026-11-25: of 12 pixels)
_LEAST_LETTERS = 4  # of a name that is cut (guess, 2026-11-25)
_SQUARE = 14  # units of a day and of an hour (guess, 2026-11-25)
_TINTS = 6  # of the page's colours; the last is for all causes that have none of their own (definition of page.css)
_SHADES = 4  # of a day that cost something (guess, 2026-11-25: what the eye tells apart)
_MOST_WEEKS = 53  # of the calendar (guess, 2026-11-25: a year)
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def draw_spend_pictures(
    found: SpendPictures | None, words: NumberWords, link: Callable[[str], str] = lambda _: ""
) -> dict[str, Any]:
    """Return the pictures; nothing where no money was spent.

    Args:
        found: the money.
        words: how numbers are written.
        link: where a session's short id leads; empty: nowhere.
    """
    if found is None or not found.total_usd:
        return {}
    return {
        "boxes": _draw_boxes(found, words, link),
        "width": _WIDTH,
        "height": (1 + max(box.level for box in found.boxes)) * _ROW,
        "legend": _list_tints(found.boxes),
        "calendar": _draw_calendar(found.days, words),
        "hours": _draw_hours(found.hours, words),
    }


def _rank_causes(boxes: Sequence[SpendBox]) -> list[str]:
    """Return the causes that have a colour of their own, the dearest first."""
    spent: dict[str, float] = {}
    for box in boxes:
        if box.level == 1 and box.cause:
            spent[box.cause] = spent.get(box.cause, 0.0) + box.usd
    return sorted(spent, key=lambda cause: -spent[cause])[: _TINTS - 1]


def _list_tints(boxes: Sequence[SpendBox]) -> list[dict[str, Any]]:
    causes = [{"tint": tint, "name": name_cause(cause)} for tint, cause in enumerate(_rank_causes(boxes), 1)]
    return [*causes, {"tint": _TINTS, "name": "others"}]


def _draw_boxes(found: SpendPictures, words: NumberWords, link: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return a rectangle for each box with its name as far as that fits."""
    tints = {cause: tint for tint, cause in enumerate(_rank_causes(found.boxes), 1)}
    scale = _WIDTH / found.total_usd
    above: list[str] = []
    drawn = []
    for box in found.boxes:
        name = _name_box(box)
        above = [*above[: box.level], name]
        width = box.usd * scale
        drawn.append(
            {
                "x": round(box.begin_usd * scale, 2),
                "y": box.level * _ROW,
                "width": round(max(width - 1, 0.5), 2),
                "height": _ROW - 2,
                "tint": tints.get(box.cause, _TINTS) if box.level else 0,
                "name": _fit(name, int((width - 6) / _LETTER)),
                "says": f"{' > '.join(above)}: {words.dollars(box.usd)}, {words.percent(box.usd / found.total_usd)}",
                "href": link(box.session) if box.session else "",
            }
        )
    return drawn


def _fit(name: str, letters: int) -> str:
    """Return as much of a name as so many letters hold; nothing where that says nothing."""
    if len(name) <= letters:
        return name
    return f"{name[: letters - 1]}…" if letters >= _LEAST_LETTERS else ""


def _name_box(box: SpendBox) -> str:
    if box.level == 1 and box.cause:
        return name_cause(box.name)
    return box.name or "all of it"


def _draw_calendar(days: dict[str, float], words: NumberWords) -> dict[str, Any]:
    """Return a square for each day that cost something, a column a week, up to the last such day."""
    if not days:
        return {}
    last = date.fromisoformat(max(days))
    first = last - timedelta(days=last.weekday(), weeks=_MOST_WEEKS - 1)
    shown = {date.fromisoformat(day): usd for day, usd in days.items() if usd > 0 and date.fromisoformat(day) >= first}
    start = min(shown, default=last)
    start -= timedelta(days=start.weekday())
    weeks = (last - start).days // 7 + 1
    return {
        "width": weeks * _SQUARE + _SQUARE * 3,
        "height": 7 * _SQUARE,
        "names": _name_rows(),
        "squares": [
            {
                "x": _SQUARE * 3 + (day - start).days // 7 * _SQUARE,
                "y": day.weekday() * _SQUARE,
                "shade": shade,
                "says": f"{words.day(day)}: {words.dollars(usd)}",
            }
            for (day, usd), shade in zip(shown.items(), _shade(list(shown.values())), strict=True)
        ],
        "says": f"Dollars by day, {words.day(min(shown, default=last))} to {words.day(last)}",
        "size": _SQUARE - 2,
    }


def _draw_hours(hours: Sequence[Sequence[float]], words: NumberWords) -> dict[str, Any]:
    """Return a square for each hour of the week that cost something."""
    spent = [(day, hour, usd) for day, row in enumerate(hours) for hour, usd in enumerate(row) if usd > 0]
    if not spent:
        return {}
    return {
        "width": 24 * _SQUARE + _SQUARE * 3,
        "height": 8 * _SQUARE,
        "names": [*_name_rows(), *_name_hours()],
        "squares": [
            {
                "x": _SQUARE * 3 + hour * _SQUARE,
                "y": day * _SQUARE,
                "shade": shade,
                "says": f"{_DAYS[day]} {hour:02d}:00: {words.dollars(usd)}",
            }
            for (day, hour, usd), shade in zip(spent, _shade([usd for _, _, usd in spent]), strict=True)
        ],
        "says": "Dollars by weekday and hour of the day, midnight to midnight",
        "size": _SQUARE - 2,
    }


def _name_rows() -> list[dict[str, Any]]:
    return [{"name": name, "x": 0, "y": place * _SQUARE + _SQUARE - 4} for place, name in enumerate(_DAYS)]


def _name_hours() -> list[dict[str, Any]]:
    return [{"name": f"{hour}:00", "x": (3 + hour) * _SQUARE, "y": 8 * _SQUARE - 4} for hour in range(0, 24, 6)]


def _shade(amounts: Sequence[float]) -> list[int]:
    """Return for each amount the quarter of all that it is in: 4 is the dearest."""
    ranked = sorted(amounts)
    return [1 + ranked.index(usd) * _SHADES // len(ranked) for usd in amounts]
