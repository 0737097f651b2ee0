"""Render a page that works as one file, asks nobody for anything, and runs no script but ours.

The page's own policy forbids every request and every script and style whose hash it does not name. The bytes are the
same for the same record: no time of rendering stands in it.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from twiceshy.doors.web.page_templates import open_templates, read_asset, write_json


def render_offline_page(template: str, values: Mapping[str, Any], data: object) -> bytes:
    """Return the page, UTF-8.

    Args:
        template: its file in ``templates``.
        values: what the template names.
        data: what the page's script draws; anything that is JSON.
    """
    scripts = [read_asset("vendor/uplot/uPlot.iife.min.js"), read_asset("static/plots.js")]
    styles = [read_asset("vendor/uplot/uPlot.min.css"), read_asset("static/page.css")]
    page = open_templates().get_template(template)
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


def _hash_source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
