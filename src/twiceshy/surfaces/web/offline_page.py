"""Render a page that works as one file, asks nobody for anything, and runs no script but ours.

What logs say is hostile: someone else wrote it, and whoever opens the page runs what it lets run. So every value goes
through Jinja's escaping (no template switches it off), characters that nobody sees are shown as escapes, data for
scripts is JSON in which no mark of HTML stands, and the page's own policy forbids every request and every script and
style whose hash it does not name. The bytes are the same for the same record: no time of rendering stands in it.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from twiceshy.facts.text.invisible_characters import show_invisible

FOLDER = Path(__file__).parent
_IN_JSON = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"}


def render_offline_page(template: str, values: Mapping[str, Any], data: object) -> bytes:
    """Return the page, UTF-8.

    Args:
        template: its file in ``templates``.
        values: what the template names.
        data: what the page's script draws; anything that is JSON.
    """
    scripts = [_read("vendor/uplot/uPlot.iife.min.js"), _read("static/plots.js")]
    styles = [_read("vendor/uplot/uPlot.min.css"), _read("static/page.css")]
    page = _make_environment().get_template(template)
    text = page.render(
        {
            **values,
            "policy": write_policy(scripts, styles),
            "scripts": [Markup(one) for one in scripts],  # noqa: S704  # our own files, or others' that a test knows by hash
            "styles": [Markup(one) for one in styles],  # noqa: S704  # as above
            "data": Markup(write_json(data)),  # noqa: S704  # no mark of HTML stands in it
        }
    )
    return str(text).encode()


def write_policy(scripts: list[str], styles: list[str]) -> str:
    """Return the content security policy of a page that holds these scripts and styles and asks nobody."""
    sources = {"script-src": scripts, "style-src": styles}
    named = (f"{kind} {' '.join(map(_hash_source, texts))}" for kind, texts in sources.items())
    return "; ".join(["default-src 'none'", *named, "base-uri 'none'", "form-action 'none'"])


def write_json(data: object) -> str:
    r"""Return JSON that can stand inside of a script's element, with invisible characters as escapes.

    >>> write_json(["</script>", "a\u202eb"])
    '["\\u003c/script\\u003e", "a\\\\u202eb"]'
    """
    return json.dumps(_show(data), ensure_ascii=False, allow_nan=False).translate(_IN_JSON)


def _make_environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _show(value: Any) -> Any:
    """Return texts of a value with invisible characters as escapes; what we made for the page stays."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return show_invisible(value)
    if isinstance(value, dict):
        return {key: _show(one) for key, one in value.items()}
    return [_show(one) for one in value] if isinstance(value, list | tuple) else value


def _read(name: str) -> str:
    return (resources.files("twiceshy.surfaces.web") / name).read_text(encoding="utf-8")


def _hash_source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
