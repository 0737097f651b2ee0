"""Check, parse and write the value of one setting. Which settings there are stands in ``config``."""

import re
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import ConfigError

Value = bool | int | str | tuple[str, ...] | Path
MOST_SHOWN = 60  # characters of a foreign key or value that an error repeats (guess, 2026-11-22)
_TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
_FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class Setting(NamedTuple):
    """What is allowed for one key, and its words for people."""

    key: str
    doc: str
    allowed: tuple[Value, ...] = ()
    """The only values; where a project may make it stricter, from loose to strict."""
    least: int = 0
    most: int = 36_500  # a century of days: no date runs over (guess, 2026-11-22)
    pattern: str = ""
    """What a text must match as a whole; compiled when a value is checked, as every start-up makes all settings."""
    form: str = ""
    """What the pattern takes, in words."""
    project: str = "no"
    """Whether a project's file may set it: ``no``, ``yes``, ``stricter`` (only further along ``allowed``) or ``off``
    (only the last of ``allowed``)."""
    default: Value = ""
    runs: bool = False
    """Whether it names a program that is run, or the folder of such: no page may set it."""


def check_raw(setting: Setting, raw: object, place: str) -> Value:
    """Return a value from a file, with the type the setting asks for.

    Raises:
        ConfigError: wrong type or a value that is not allowed.
    """
    default = setting.default
    if isinstance(default, Path):
        if isinstance(raw, str) and (path := Path(raw).expanduser()).is_absolute():
            return path
    elif isinstance(default, tuple):
        if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
            return tuple(raw)
    elif type(raw) is type(default) and isinstance(raw, bool | int | str) and _is_allowed(setting, raw):
        return raw  # of the very type, as `true` is an int in Python
    raise _build_value_error(setting, raw, place)


def _is_allowed(setting: Setting, raw: bool | int | str) -> bool:  # the value of a setting
    """Tell whether a setting of this value's type may have it."""
    if setting.allowed and raw not in setting.allowed:
        return False
    if isinstance(raw, int):
        return setting.least <= raw <= setting.most
    return not (raw and setting.pattern) or bool(re.fullmatch(setting.pattern, raw))


def parse_text(setting: Setting, text: str, place: str, cwd: Path) -> Value:
    """Parse a value of a variable, a flag or ``config set``; a relative folder is taken from ``cwd``.

    Raises:
        ConfigError: the text is not allowed.
    """
    default, word = setting.default, text.strip().lower()
    raw: object = text
    if isinstance(default, Path):
        raw = str(cwd / Path(text).expanduser())
    elif isinstance(default, tuple):
        raw = [item for item in text.replace(",", " ").split() if item != "all"]
    elif isinstance(default, bool):
        if word not in _TRUE_WORDS | _FALSE_WORDS:
            raise _build_value_error(setting, text, place)
        raw = word in _TRUE_WORDS
    elif isinstance(default, int):
        if not word.isascii() or not word.isdigit():
            raise _build_value_error(setting, text, place)
        raw = int(word)
    return check_raw(setting, raw, place)


def describe_allowed(setting: Setting) -> str:
    """Return what the setting accepts, in words."""
    default = setting.default
    if setting.pattern:
        return setting.form
    if isinstance(default, Path):
        return "an absolute path"
    if isinstance(default, tuple):
        return "a list of names"
    if setting.allowed:
        return " or ".join(render_value(value) for value in setting.allowed)
    return "a text" if isinstance(default, str) else f"a whole number from {setting.least} to {setting.most}"


def render_value(value: Value) -> str:
    """Return a value as it is written in a settings file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return str(value) if isinstance(value, int) else '""' if value == Path() else f'"{value}"'


def _build_value_error(setting: Setting, raw: object, place: str) -> ConfigError:
    """Return the error for a value that is not allowed."""
    return ConfigError(
        f"{place}: {setting.key} cannot be {repr(raw)[:MOST_SHOWN]}; allowed: {describe_allowed(setting)}."
    )


def refuse_in_project(setting: Setting, value: Value, before: Value, variable: str, place: str) -> None:
    """Refuse a value that a project's file may not set.

    Raises:
        ConfigError: it would loosen what the user has, or touch what is only the user's.
    """
    if setting.project == "no":
        own = f"put it in your own settings or in {variable}"
        raise ConfigError(f"{place}: {setting.key} is not for a project to set; {own}.")
    if setting.project == "stricter" and setting.allowed.index(value) < setting.allowed.index(before):
        raise ConfigError(
            f"{place}: {setting.key} = {render_value(value)} is looser than {render_value(before)}, which holds here; "
            "a project can only be stricter. Remove the line."
        )
    if setting.project == "off" and value != setting.allowed[-1]:
        raise ConfigError(
            f"{place}: a project can only set {setting.key} to {render_value(setting.allowed[-1])}; "
            f"put {render_value(value)} in your own settings or in {variable}."
        )
