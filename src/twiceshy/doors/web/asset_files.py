"""Send scripts and styles of our pages, and no other file."""

from typing import Any

from starlette.staticfiles import StaticFiles

from twiceshy.doors.web.page_templates import FOLDER


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
