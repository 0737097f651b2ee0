"""Durations as people write them: ``90s``, ``5m``, ``1h30m``, ``250ms``, ``1.5``, and back."""

AUTO = -1.0
"""Stands for ``auto``, the limit learned from the command's own history: no duration by definition."""

_UNITS = (("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86400.0))


def parse_seconds(text: str) -> float:
    """Return the duration in seconds; a number without a unit is seconds, as for GNU timeout.

    Raises:
        ValueError: it is no span of time.

    >>> parse_seconds("1h30m"), parse_seconds("250ms"), parse_seconds("2.5")
    (5400.0, 0.25, 2.5)
    """
    total, rest = 0.0, text.strip()
    if not rest:
        raise ValueError(f"{text!r} is no span of time")
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789."))
        number, rest = rest[:digits], rest[digits:]
        letters = len(rest) - len(rest.lstrip("mshd"))
        unit, rest = rest[:letters] or "s", rest[letters:]
        factor = dict(_UNITS).get(unit)
        if factor is None or not number.strip(".") or number.count(".") > 1:
            raise ValueError(f"{text!r} is no span of time: write 90s, 5m, 1h30m or 250ms")
        total += float(number) * factor
    return total


def format_duration(span_s: float) -> str:
    """Return the duration for people, in at most two units.

    >>> format_duration(0.25), format_duration(4), format_duration(90), format_duration(5400), format_duration(90000)
    ('250ms', '4.0s', '1m30s', '1h30m', '1d1h')
    """
    if span_s < 1:
        return f"{span_s * 1000:.0f}ms"
    if span_s < 60:
        return f"{span_s:.1f}s"
    for big, small, big_s, small_s in (("m", "s", 60, 1), ("h", "m", 3600, 60), ("d", "h", 86400, 3600)):
        if span_s < big_s * (24 if big == "h" else 60) or big == "d":
            bigs, rest = divmod(round(span_s / small_s) * small_s, big_s)
            return f"{bigs}{big}{rest // small_s}{small}" if rest else f"{bigs}{big}"
    raise AssertionError


def format_option(value_s: float) -> str:
    """Format a duration as an option takes it, in whole seconds from ten on.

    >>> format_option(1.0), format_option(2.5), format_option(15.0), format_option(90.0)
    ('1s', '2.5s', '15s', '1m30s')
    """
    if value_s >= 60:
        return format_duration(value_s)
    return f"{round(value_s) if value_s >= 10 else value_s:g}s"


def phrase_duration(span_s: float) -> str:
    """Write the duration as in a sentence.

    >>> phrase_duration(0.25), phrase_duration(34.5), phrase_duration(38), phrase_duration(90), phrase_duration(5400)
    ('250 ms', '34.5 s', '38 s', '1 min 30 s', '1 h 30 min')
    """
    if span_s < 1:
        return f"{span_s * 1000:.0f} ms"
    if span_s < 60:
        return f"{round(span_s, 1):g} s"
    for big, small, big_s, small_s in (("min", "s", 60, 1), ("h", "min", 3600, 60), ("d", "h", 86400, 3600)):
        whole = round(span_s / small_s)
        if whole < big_s // small_s * (24 if big == "h" else 60) or big == "d":
            bigs, rest = divmod(whole, big_s // small_s)
            return f"{bigs} {big} {rest} {small}" if rest else f"{bigs} {big}"
    raise AssertionError
