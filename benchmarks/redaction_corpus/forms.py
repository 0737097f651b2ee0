"""The forms a value takes on its way into a log: encoded, coloured, escaped, cut."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote
from xml.sax.saxutils import escape


def _coloured(value: str, first: str, last: str) -> str:
    cut, end = len(value) // 3, 2 * len(value) // 3
    return f"{value[:cut]}{first}{value[cut:end]}{last}{value[end:]}"


def _b64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "percent": lambda value: quote(value, safe=""),
    "percent-all": lambda value: "".join(f"%{ord(one):02X}" if not one.isalnum() else one for one in value),
    "percent-twice": lambda value: "".join(f"%25{ord(one):02X}" if not one.isalnum() else one for one in value),
    "base64": _b64,
    "basic": lambda value: _b64(f"kes:{value}"),
    "json": lambda value: json.dumps(value)[1:-1],
    "xml": escape,
    "unicode": lambda value: "".join(one if one.isalnum() else f"\\u{ord(one):04x}" for one in value),
    "ansi": lambda value: _coloured(value, "\x1b[31m", "\x1b[0m"),
    "ansi-long": lambda value: _coloured(value, "\x1b[38;5;196m", "\x1b[39;49m"),
    "grep": lambda value: f"\x1b[01;31m\x1b[K{value[:6]}\x1b[m\x1b[K{value[6:]}",
    "head": lambda value: value[: max(16, len(value) * 3 // 4)],
}
