"""List, read and change settings.

Every value is shown with where it came from: defaults < user file < project file < environment < flags.
`set` writes your own settings file and keeps what else is in it, comments too; `--project` writes
`.twiceshy/config.toml` of the project instead. The keys are explained in docs/reference/configuration.md.
"""

import argparse
import os
import sys
from pathlib import Path

from twiceshy import config as settings
from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Column, draw_table, pen_for, terminal_width

EXAMPLE = "twiceshy config set privacy.level strict"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, the key, the value and which file."""
    parser.add_argument("action", choices=("list", "get", "set"), nargs="?", default="list")
    parser.add_argument("key", nargs="?")
    parser.add_argument("value", nargs="?")
    parser.add_argument("--project", action="store_true", help="set it in the project's file")


def run(args: argparse.Namespace, config: Config) -> int:
    """List all, print one, or write one."""
    words = [word for word in (args.key, args.value) if word is not None]
    if len(words) != {"list": 0, "get": 1, "set": 2}[args.action]:
        raise UsageError("say `config list`, `config get KEY` or `config set KEY VALUE`.")
    if args.action == "set":
        return _change_setting(args, config)
    keys = [args.key] if args.action == "get" else list(settings.SETTINGS)
    values = {key: {"value": config.value(key), "origin": config.origins[key]} for key in keys}
    if args.json:
        print(to_json("config", {"settings": values}))
    elif args.action == "get":
        print(settings.render_value(config.value(args.key)).strip('"'))
    else:
        columns = (Column("key"), Column("value", path=True, flexible=True), Column("from", path=True, flexible=True))
        rows = [(key, settings.render_value(config.value(key)), config.origins[key]) for key in keys]
        print(draw_table(columns, rows, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
    return 0


def _change_setting(args: argparse.Namespace, config: Config) -> int:
    """Write one setting, and say where and whether something else overrides it."""
    path = config.user_file
    if args.project:
        path = config.project_file or Path.cwd() / ".twiceshy" / "config.toml"
        value = settings.parse_value(args.key, args.value, "config set", Path.cwd())
        settings.refuse_loosening(args.key, value, _find_strictest(args.key), str(path))
    value = settings.write(path, args.key, args.value, Path.cwd())
    now = settings.load({}, os.environ, Path.cwd())
    if args.json:
        print(to_json("config", {"settings": {args.key: {"value": value, "origin": str(path)}}}))
    else:
        print(f"{args.key} = {settings.render_value(value)} in {path}")
    if now.value(args.key) != value:
        origin = now.origins[args.key]
        sys.stderr.write(f"twiceshy: {origin} overrides it: {settings.render_value(now.value(args.key))} holds here.\n")
    return 0


def _find_strictest(key: str) -> settings.Value:
    """Return what holds without a project's file: the user's value or the default."""
    return settings.load({}, {**os.environ, settings.variable_of(key): ""}, Path(Path.cwd().anchor)).value(key)
