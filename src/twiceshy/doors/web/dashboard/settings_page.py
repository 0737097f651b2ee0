"""What is stored and where, which settings hold and why, and how things are removed: each with its command."""

import os
import shlex
from datetime import UTC
from pathlib import Path
from typing import TypedDict

from twiceshy.base import config as settings
from twiceshy.base import config_file, setting_values
from twiceshy.base.errors import UsageError
from twiceshy.doors.web.dashboard.asked import Asked, Done, Drawn
from twiceshy.recipes import keep
from twiceshy.records.upkeep import Extent, Removal

_STORED = {
    "twiceshy.db": "sessions, lessons, runs: everything that pages show, scrubbed",
    "bodies.db": "long texts of the same, packed",
    "rules.db": "warnings, ready for the hooks",
    "salt": "what makes hashes of lines useless elsewhere",
}


class HeldSetting(TypedDict):
    """One setting as it holds now."""

    value: setting_values.Value
    origin: str


def read_settings(asked: Asked) -> dict[str, dict[str, HeldSetting]]:
    """Return what `twiceshy config list` says."""
    held = _load(asked)
    return {"settings": {key: {"value": held.value(key), "origin": held.origins[key]} for key in settings.SETTINGS}}


def draw_settings(found: dict[str, dict[str, HeldSetting]], asked: Asked) -> Drawn:
    """Draw what is stored, each setting with what it means, and what can be removed."""
    rows = [
        {
            "key": key,
            "doc": settings.SETTINGS[key].doc,
            "value": setting_values.render_value(held["value"]).strip('"'),
            "origin": held["origin"],
            "choices": _list_choices(key),
        }
        for key, held in found["settings"].items()
    ]
    home = asked.config.home
    stored = [(name, says, asked.words.number(_measure(home / name))) for name, says in _STORED.items()]
    return Drawn("settings.html", {"rows": rows, "home": str(home), "stored": stored})


def _list_choices(key: str) -> list[str]:
    """Return the values that a setting can have, where they are few; empty where any text or number will do."""
    setting, default = settings.SETTINGS[key], settings.DEFAULTS[key]
    if isinstance(default, bool):
        return ["true", "false"]
    return [setting_values.render_value(value).strip('"') for value in setting.allowed]


def _measure(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def change_setting(asked: Asked) -> Done:
    """Write one setting into the user's own file.

    Raises:
        ConfigError: there is no such key, or the value is not allowed.
        UsageError: something else overrides the file, or it names a program to run.
    """
    key, value = asked.path["key"], asked.query.get("value", "")
    if settings.find_setting(key, "").runs:
        raise UsageError(f"{key} names a program to run, so no page sets it: twiceshy config set {key} PATH")
    before = setting_values.render_value(_load(asked).value(key)).strip('"')
    config_file.write(asked.config.user_file, key, value, Path.cwd())
    held = _load(asked)
    if setting_values.render_value(held.value(key)).strip('"') != value.strip():
        raise UsageError(f"{key} is written, but {held.origins[key]} overrides it.")
    return Done(f"{key} = {value}", f"/api/settings/{key}", {"value": before})


def _load(asked: Asked) -> settings.Config:
    """Return the settings as they hold now; this page may have changed them."""
    return settings.load({"home": str(asked.config.home)}, os.environ, Path.cwd())


def read_removal(asked: Asked) -> Removal:
    """Return what `twiceshy forget --dry-run` says.

    Raises:
        UsageError: nothing is named.
    """
    return keep.forget(asked.config, _find_extent(asked), asked.now.astimezone(UTC), dry_run=True)


def draw_removal(found: Removal, asked: Asked) -> Drawn:
    """Draw what would go, and the button that lets it go."""
    given = {name: asked.query[name] for name in ("session", "project", "since", "until") if asked.query.get(name)}
    return Drawn(
        "forget.html",
        {
            "says": _describe(found, asked),
            "logs": found.logs,
            "given": given,
            "command": "twiceshy forget " + " ".join(f"--{name} {shlex.quote(value)}" for name, value in given.items()),
            "empty": not (found.sessions or found.events or found.commits),
        },
    )


def forget_for_good(asked: Asked) -> Done:
    """Remove it.

    Raises:
        UsageError: nothing is named.
    """
    found = keep.forget(asked.config, _find_extent(asked), asked.now.astimezone(UTC), dry_run=False)
    return Done(_describe(found, asked), goes_to="/settings")


def _find_extent(asked: Asked) -> Extent:
    extent = Extent(
        session=asked.query.get("session") or None,
        project=asked.query.get("project") or None,
        since=asked.scope.since,
        until=asked.scope.until,
    )
    if extent == Extent():
        raise UsageError("say what to forget: a session, a project, or from when to when.")
    return extent


def _describe(found: Removal, asked: Asked) -> str:
    number, plural = asked.words.number, asked.words.plural
    what = [plural(found.sessions, "session")]
    what += [f"parts of {plural(found.parts, 'session')}"] if found.parts else []
    what += [plural(found.commits, "commit")] if found.commits else []
    rows = ", ".join(f"{number(count)} {table}" for table, count in found.events.items())
    projects = f" of {', '.join(found.projects)}" if found.projects else ""
    return f"{'Would forget' if found.dry_run else 'Forgot'} {', '.join(what)}{projects}{': ' + rows if rows else ''}."
