"""Write one setting into a file that keeps every other byte. Only `config set` does, so no other verb imports this."""

import os
from pathlib import Path
from typing import Any

import tomlkit

from twiceshy.base.config import parse_value, read_file, user_config_folder
from twiceshy.base.errors import ConfigError
from twiceshy.base.foreign_files import require_inside
from twiceshy.base.private_files import PRIVATE, SHARED, hold_folder, write_whole
from twiceshy.base.setting_values import Value


def write(path: Path, key: str, text: str, cwd: Path) -> Value:
    """Set ``key`` in the file and return its value; everything else, comments too, stays as it was.

    Raises:
        ConfigError: the key or value is not allowed, or the file cannot be read or written.
    """
    value = parse_value(key, text, "config set", cwd)
    own = path.parent == user_config_folder(os.environ)
    if not own:
        _require_inside(path)
    folder = path.parents[1]
    try:
        if own:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with hold_folder(folder):
            _set_value(path, key, value, mode=PRIVATE if own else SHARED)
    except OSError as exc:
        raise ConfigError(f"{path} cannot be written: {exc}") from exc
    return value


def _set_value(path: Path, key: str, value: Value, *, mode: int) -> None:
    """Read the file, set the key and write it; nobody else does meanwhile.

    Raises:
        ConfigError: the file cannot be read: one that is damaged already is not made worse.
        OSError: it cannot be written.
    """
    read_file(path)
    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    section, _, name = key.rpartition(".")
    if section and section not in document:
        document[section] = tomlkit.table()
    target: Any = document[section] if section else document
    target[name] = list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value
    write_whole(path, tomlkit.dumps(document).encode(), mode=mode)


def _require_inside(path: Path) -> None:
    """Refuse a project's file that a link leads out of the project.

    Raises:
        ConfigError: it does.
    """
    try:
        require_inside(path, path.parents[1])
    except OSError as exc:
        raise ConfigError(f"{path} cannot be written: {exc.strerror}.") from exc
