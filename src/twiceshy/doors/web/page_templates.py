"""Fill templates so that what logs say stays text.

What logs say is hostile: someone else wrote it, and whoever opens the page runs what it lets run. So every value goes
through Jinja's escaping (no template switches it off), characters that nobody sees are shown as escapes, and data for
scripts is JSON in which no mark of HTML stands.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Send

from twiceshy.stats.text.quoting import show_invisible

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


# Send scripts and styles of our pages, and no other file.


def open_assets() -> StaticFiles:
    """Return the scripts and styles: ours, and whole files of others."""
    return _Assets(directory=FOLDER)


class _Assets(StaticFiles):
    """Files of two folders of this room, and of no other."""

    def lookup_path(self, path: str) -> Any:
        """Return the file, if it is a script or a style of ours."""
        if not path.startswith(("static/", "vendor/")) or not path.endswith((".js", ".css")):
            return "", None
        return super().lookup_path(path)


# Bind a browser to our own files: the headers that stand before every page of ours.

BOUND_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
    }
)


def bind_sender(send: Send) -> Send:
    """Return a sender that puts these headers before every answer."""

    async def send_bound(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in BOUND_HEADERS.items():
                headers[name] = value
        await send(message)

    return send_bound
