"""List, read and change settings.

Each value stands beside its source. A later source wins: default, user file, project file, environment, option.
`set` writes your own settings file and keeps the rest of it, comments included; `--project` writes the project's
`.twiceshy/config.toml` instead. docs/reference/configuration.md explains the keys.
"""

import argparse
import os
from pathlib import Path

from twiceshy.base import config as settings
from twiceshy.base import setting_values
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.screens.terminal.page import Column, draw_table, print_answer, print_text

EXAMPLE = "twiceshy config set privacy.level strict"

_LEAVING = frozenset({"telemetry.backend", "sync.url", "sync.level"})
"""Settings that decide what leaves this machine."""
_LEVELS = {
    "counts": "counts, times, exit codes and keyed hashes, and no text,",
    "anonymous": "counts, keyed hashes and strictly redacted words of commands, lessons and facts",
    "full": "counts and the redacted texts that are stored here",
}
"""What may leave at each level of ``privacy.wire.row_kinds``."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, the key, the value and which file."""
    parser.add_argument("action", choices=("list", "get", "set"), nargs="?", default="list")
    parser.add_argument("key", nargs="?")
    parser.add_argument("value", nargs="?")
    parser.add_argument("--project", action="store_true", help="set: write the project's file")


def run(args: argparse.Namespace, config: Config) -> int:
    """List all, print one, or write one."""
    words = [word for word in (args.key, args.value) if word is not None]
    if len(words) != {"list": 0, "get": 1, "set": 2}[args.action]:
        raise UsageError("say `config list`, `config get KEY` or `config set KEY VALUE`.")
    if args.action == "set":
        return _change_setting(args, config)
    keys = [args.key] if args.action == "get" else list(settings.SETTINGS)
    record = {"settings": {key: {"value": config.value(key), "origin": config.origins[key]} for key in keys}}
    if args.action == "get":
        return print_answer(
            args, "config", record, lambda _: setting_values.render_value(config.value(args.key)).strip('"')
        )
    columns = (Column("key"), Column("value", path=True, flexible=True), Column("from", path=True, flexible=True))
    rows = [(key, setting_values.render_value(config.value(key)), config.origins[key]) for key in keys]
    return print_answer(args, "config", record, lambda page: draw_table(columns, rows, page))


def _change_setting(args: argparse.Namespace, config: Config) -> int:
    """Write one setting, and say where and whether something else overrides it."""
    from twiceshy.base import config_file  # noqa: PLC0415  # only this call writes

    path = config.user_file
    if args.project:
        path = config.project_file or Path.cwd() / ".twiceshy" / "config.toml"
        value = settings.parse_value(args.key, args.value, "config set", Path.cwd())
        setting = settings.SETTINGS[args.key]
        before = _find_strictest(args.key)
        setting_values.refuse_in_project(setting, value, before, settings.variable_of(args.key), str(path))
    value = config_file.write(path, args.key, args.value, Path.cwd())
    now = settings.load({}, os.environ, Path.cwd())
    record = {"settings": {args.key: {"value": value, "origin": str(path)}}}
    print_answer(args, "config", record, lambda _: f"{args.key} = {setting_values.render_value(value)} in {path}")
    if now.value(args.key) != value:
        origin = now.origins[args.key]
        print_text(
            f"twiceshy: {origin} overrides it: here it is {setting_values.render_value(now.value(args.key))}.",
            aside=True,
        )
    if args.key in _LEAVING and now.telemetry_backend != "local":
        print_text(_describe_leaving(now), aside=True)
    return 0


def _describe_leaving(now: settings.Config) -> str:
    """Return what leaves this machine from now on, and where to: whoever sets it has said yes to that."""
    if now.telemetry_backend == "file":
        return f"twiceshy: from now on {_LEVELS[now.sync_level]} are written into files that you carry."
    if not now.sync_url:
        return "twiceshy: nothing leaves yet: no server is named. `twiceshy config set sync.url https://ADDRESS`"
    return (
        f"twiceshy: from now on {_LEVELS[now.sync_level]} leave for {now.sync_url}. "
        "`twiceshy sync --dry-run` prints the exact lines; `telemetry.backend local` ends it."
    )


def _find_strictest(key: str) -> setting_values.Value:
    """Return what holds without a project's file: the user's value or the default."""
    return settings.load({}, {**os.environ, settings.variable_of(key): ""}, Path(Path.cwd().anchor)).value(key)
