"""Fill templates so that what logs say stays text.

What logs say is hostile: someone else wrote it, and whoever opens the page runs what it lets run. So every value goes
through Jinja's escaping (no template switches it off), characters that nobody sees are shown as escapes, and data for
scripts is JSON in which no mark of HTML stands.
"""

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from twiceshy.stats.text.invisible_characters import show_invisible

FOLDER = Path(__file__).parent
_IN_JSON = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"}


@cache
def open_templates() -> Environment:
    """Return the templates, which escape every value."""
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=show_text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def write_json(data: object) -> str:
    r"""Return JSON that can stand inside of a script's element, with invisible characters as escapes.

    >>> write_json(["</script>", "a\u202eb"])
    '["\\u003c/script\\u003e", "a\\\\u202eb"]'
    """
    return json.dumps(show_text(data), ensure_ascii=False, allow_nan=False).translate(_IN_JSON)


def show_text(value: Any) -> Any:
    """Return texts of a value with invisible characters as escapes; what we made for the page stays."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return show_invisible(value)
    if isinstance(value, dict):
        return {key: show_text(one) for key, one in value.items()}
    return [show_text(one) for one in value] if isinstance(value, list | tuple) else value


def read_asset(name: str) -> str:
    """Return a script or style that belongs to the pages."""
    return (resources.files("twiceshy.doors.web") / name).read_text(encoding="utf-8")
