"""TOML that somebody else wrote, within bounds: what Python's reader cannot stand is refused before it is read.

A key of many parts costs it the square of their number (64 KB of `a.a.a. ...` took 18 s, measured 2026-11-22), and a
list within lists ends in another kind of error than the format's own. Callers bound the length of the whole text.
"""

import tomllib
from typing import Any

_MOST_DOTS = 200
"""Dots on one line, comments excepted: no key that people write has more than five (guess, 2026-11-22)."""


def parse_foreign_toml(text: str) -> dict[str, Any]:
    r"""Return the tables of a TOML text.

    >>> parse_foreign_toml("[report]\nsince = '30d'")
    {'report': {'since': '30d'}}

    Raises:
        ValueError: it is no TOML, or nested too deep to be read.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_DOTS and line.lstrip()[:1] != "#":
            raise ValueError(f"it has more than {_MOST_DOTS} dots on line {number}")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def parse_flat_toml(text: str) -> dict[str, object]:
    """Return the values of a TOML text by dotted key: those of a table under its name.

    Raises:
        ValueError: as above.
    """
    flat: dict[str, object] = {}
    for name, value in parse_foreign_toml(text).items():
        if isinstance(value, dict):
            flat.update({f"{name}.{inner}": item for inner, item in value.items()})
        else:
            flat[name] = value
    return flat
